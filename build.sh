#!/usr/bin/env bash
# Builds, tests, demonstrates and packs Access Token. Needs Node.js 20.19 or newer, with npm; the rest is installed here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly NEEDED_NODE='20.19'
# A copy of the lock file that node_modules was installed from: unlike a time stamp, it survives git checkouts.
readonly INSTALLED_LOCK='node_modules/.access-token-lock.json'
readonly NODE_VERSIONS='test/node-versions'
readonly LIVE_WORKERS=4

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

usage() {
  cat <<TEXT
Usage: ./build.sh [command]

  (none)         install what is missing, type-check, build all of dist/
  test           the same, then lint and all tests; last line: N passed, N failed
  test fast      the same, but only the tests that need no process, browser, Redis or real time, and no lint
  demo [args]    build, then run the demo (for example: demo --once --seconds 20)
  release [args] build, then write release/: the extension's archive, the commands as an npm package, SHA256SUMS, bills of
                 materials and licences; with --repository URL a marketplace entry too
  help           this text
TEXT
}

check_node() {
  if ! command -v node >/dev/null 2>&1; then
    complain "Node.js is not installed. Install Node.js $NEEDED_NODE or newer from https://nodejs.org, then run this again."
    return 1
  fi
  local version major minor
  version="$(node -p 'process.versions.node')"
  IFS=. read -r major minor _ <<<"$version"
  if ((major < 20 || (major == 20 && minor < 19))); then
    complain "Node.js $version is too old. Install Node.js $NEEDED_NODE or newer from https://nodejs.org, then run this again."
    return 1
  fi
  if ! command -v npm >/dev/null 2>&1; then
    complain 'npm is not installed. It comes with Node.js from https://nodejs.org.'
    return 1
  fi
}

install_missing() {
  if [[ -d node_modules ]] && cmp -s package-lock.json "$INSTALLED_LOCK"; then return 0; fi
  say 'Installing dependencies (npm ci) ...'
  if ! npm ci --no-audit --no-fund --loglevel=error; then
    complain 'The dependencies could not be installed. Check the network connection and the registry that npm is set to.'
    return 1
  fi
  cp package-lock.json "$INSTALLED_LOCK"
}

check_types() {
  check_project tsconfig.json && check_project tools/build/tsconfig.portable.json && check_project tools/studio/tsconfig.json
}

# What has been checked is remembered: the next check looks at what has changed since.
check_project() {
  local memory="node_modules/.cache/access-token/${1//\//-}.tsbuildinfo"
  node node_modules/typescript/bin/tsc --noEmit --incremental --tsBuildInfoFile "$memory" -p "$1"
}

# Type-checks in the background while the bundles are built.
build_all() {
  local types_pid types_log broken=0
  types_log="$(mktemp)"
  check_types >"$types_log" 2>&1 &
  types_pid=$!
  node tools/build/build.mjs || broken=1
  if ! wait "$types_pid"; then
    broken=1
    complain 'The type-check found errors:'
    cat "$types_log" >&2
  fi
  rm -f "$types_log"
  return "$broken"
}

# install_packages PACKAGE...: where the release of Debian does not have the first one, its backports are asked too, this
# once: nothing in /etc/apt changes. They lie where the machine gets the release from.
install_packages() {
  local sources outcome=0
  sources="$(mktemp)"
  [[ ! -f /etc/apt/sources.list ]] || cp /etc/apt/sources.list "$sources"
  apt-get -qq update || true
  if ! apt-cache show "$1"; then
    backports >>"$sources"
    apt-get -qq -o "Dir::Etc::SourceList=$sources" update || true
  fi
  # Runlevel 1 keeps packages from starting their services.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o "Dir::Etc::SourceList=$sources" install -y --no-install-recommends "$@" || outcome=1
  rm -f "$sources"
  return "$outcome"
}

# Prints them as lines of sources.list; none where this is not Debian.
backports() {
  local release
  release="$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)"
  # shellcheck disable=SC2016 # apt-get fills these in.
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' 'Origin: Debian' 'Component: main' | sort -u |
    while read -r url suite; do
      [[ "$suite" != "$release" ]] ||
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $url $suite-backports main"
    done
}

# provide PROGRAM SUBJECT PACKAGE...: installs Debian packages where this user may, or says what to install.
provide() {
  local program="$1" subject="$2"
  shift 2
  if command -v "$program" >/dev/null 2>&1; then return 0; fi
  if ((EUID == 0)) && command -v apt-get >/dev/null 2>&1; then
    say "Installing $program (apt-get) for the tests of $subject ..."
    if install_packages "$@" >/dev/null 2>&1 && command -v "$program" >/dev/null 2>&1; then return 0; fi
    complain "$program could not be installed."
  fi
  complain "The tests of $subject need $program. Debian, with its backports, and Ubuntu: apt-get install $*"
}

# The built files are tested with other versions of Node.js too. They come as packages, which exist for Linux x64 only;
# where they are missing the tests say so.
provide_node_versions() {
  if [[ "$(uname -sm)" != 'Linux x86_64' ]]; then return 0; fi
  if cmp -s "$NODE_VERSIONS/package-lock.json" "$NODE_VERSIONS/$INSTALLED_LOCK"; then return 0; fi
  say 'Installing Node.js 18 and 22 (npm ci) for the tests of the built files ...'
  # Not with --prefix, which leaves out the settings of the machine.
  if (cd "$NODE_VERSIONS" && npm ci --no-audit --no-fund --loglevel=error); then
    cp "$NODE_VERSIONS/package-lock.json" "$NODE_VERSIONS/$INSTALLED_LOCK"
    return 0
  fi
  complain 'Node.js 18 and 22 could not be installed: the built files are not tested with them. Check the network' \
    'connection and the registry that npm is set to.'
}

# run_tier REPORTS TIER [OPTION...]: the report goes to REPORTS/TIER.json.
run_tier() {
  local reports="$1" tier="$2"
  shift 2
  say "Running the $tier tests (jest) ..."
  node node_modules/jest/bin/jest.js --selectProjects "$tier" --json --outputFile="$reports/$tier.json" "$@" >/dev/null || true
}

# Every step runs even when an earlier one failed, so that one run shows all there is to mend. Each failed step
# counts as one failure in the last line: "0 failed" always means that everything passed.
passed=0
failed=0
run_tests() {
  local tiers="$1" tally totals reports tier lint_pid arguments=()
  trap 'say "$passed passed, $failed failed"' EXIT
  if ! check_node || ! install_missing; then
    failed=1
    return 1
  fi
  if [[ "$tiers" == *live* ]]; then
    # The tests start servers and browsers of their own: only the programs are needed, no service.
    provide redis-server 'the Redis store' redis-server
    provide valkey-server 'the Redis store with Valkey' valkey-server
    # The fonts are for the forms in Japanese and Korean.
    provide chromium 'the studio' chromium fonts-noto-cjk
    # Only promtool of it is used.
    provide promtool 'the metrics of status' prometheus
    provide zsh 'the completion of commands' zsh
    provide fish 'the completion of commands' fish
    provide_node_versions
  fi
  build_all || failed=1
  reports="$(mktemp -d)"
  for tier in $tiers; do
    case "$tier" in
      # One worker for each core.
      fast) run_tier "$reports" fast --maxWorkers=100% ;;
      # These mostly wait for servers and processes of their own, and leave time for the style.
      live)
        say 'Checking the style (eslint) meanwhile ...'
        node node_modules/eslint/bin/eslint.js . >"$reports/lint.txt" 2>&1 &
        lint_pid=$!
        run_tier "$reports" live --maxWorkers="$LIVE_WORKERS"
        if ! wait "$lint_pid"; then
          cat "$reports/lint.txt"
          failed=$((failed + 1))
        fi
        ;;
    esac
    arguments+=("$tier=$reports/$tier.json")
  done
  tally="$(node test/support/tally.mjs "${arguments[@]}")"
  rm -rf "$reports"
  totals="${tally##*$'\n'}"
  say "${tally%$'\n'*}"
  passed="${totals% *}"
  failed=$((failed + ${totals#* }))
  ((failed == 0))
}

case "${1-}" in
  '')
    check_node
    install_missing
    build_all
    say 'Built. Next: ./build.sh demo'
    ;;
  test)
    case "${2-}" in
      '') run_tests 'fast live' 2>&1 ;;
      fast) run_tests fast 2>&1 ;;
      *)
        complain "Unknown tests: $2"
        usage >&2
        exit 2
        ;;
    esac
    ;;
  demo)
    shift
    check_node
    install_missing
    node tools/build/build.mjs --quiet
    exec node dist/demo.js "$@"
    ;;
  release)
    shift
    check_node
    install_missing
    build_all
    node tools/build/release.mjs "$@"
    ;;
  help | -h | --help)
    usage
    ;;
  *)
    complain "Unknown command: $1"
    usage >&2
    exit 2
    ;;
esac
