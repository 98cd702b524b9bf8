import { memoryRegistry } from '../../../connectors/registry/memory';
import { registryContract } from '../../contract/registry';

registryContract('a registry in memory', () => ({ registry: memoryRegistry(), unique: name => name }));
