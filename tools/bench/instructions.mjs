import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const COUNTER = ['--tool=callgrind', '--callgrind-out-file=/dev/null'];

/**
 * Counts the millions of instructions of a process, in which only its own work shows: a busy machine changes times, not these.
 *
 * @throws Error where valgrind is missing, or the process fails
 */
export async function countInstructions(node, args) {
  try {
    // What V8 does beside the program depends on how busy the machine is.
    const { stderr } = await promisify(execFile)('valgrind', [...COUNTER, node, '--single-threaded', ...args]);
    return Number(/Collected : (\d+)/.exec(stderr)?.[1]) / 1e6;
  } catch (error) {
    throw error.code === 'ENOENT' ? new Error('valgrind is missing. Debian and Ubuntu: apt-get install valgrind') : error;
  }
}
