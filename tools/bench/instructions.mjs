import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const COUNTER = ['--tool=callgrind', '--callgrind-out-file=/dev/null'];

/**
 * Counts the instructions of a process. A busy machine changes times, but not this number.
 *
 * @returns millions of instructions
 * @throws Error if valgrind is missing, or if the process fails
 */
export async function countInstructions(node, args) {
  try {
    // How much V8 does in other threads depends on how busy the machine is.
    const { stderr } = await promisify(execFile)('valgrind', [...COUNTER, node, '--single-threaded', ...args]);
    return Number(/Collected : (\d+)/.exec(stderr)?.[1]) / 1e6;
  } catch (error) {
    throw error.code === 'ENOENT' ? new Error('valgrind is missing. Debian and Ubuntu: apt-get install valgrind') : error;
  }
}
