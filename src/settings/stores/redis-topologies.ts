// A file of its own in the extension, loaded only if Redis is more than a single server.
export { connectToPlace } from '../../stores/ports/redis/topologies';
export { readPlace } from './redis-place';
