import { laneContract } from '../../contract/lanes';
import { connect, kafkaSubject } from './subject';

laneContract('lanes of Kafka', () => kafkaSubject(connect()));
