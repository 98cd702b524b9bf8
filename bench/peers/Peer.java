import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * The job of `odp-orders run` as a Kafka Streams application: decode, map, encode, exactly once; `windows` with windows and
 * ledgers between. Run by bench/main.ts until SIGTERM. Arguments: bootstrap addresses, registry URL, application id, source
 * topic, events topic, failures topic, threads, codec, state directory, directory of schemas, `stateless` or `windows`.
 */
public final class Peer {
  static final String EVENTS = "events";
  static final String FAILURES = "failures";
  private static final String ORDERS = "orders";
  private static final String JOB = "job";
  private static final String TRIAL = "streams.";

  public static void main(String[] arguments) throws Exception {
    Registry registry = new Registry(arguments[1]);
    Schemas schemas = Schemas.of(arguments[9]);
    int eventSchemaId = registry.register(arguments[4] + "-value", schemas.orderEvent());

    Topology topology = new Topology();
    ByteArrayDeserializer asIs = new ByteArrayDeserializer();
    switch (arguments[10]) {
      case "stateless" -> {
        topology.addSource(ORDERS, asIs, asIs, arguments[3]);
        topology.addProcessor(JOB, () -> new Transform(registry, schemas, eventSchemaId), ORDERS);
      }
      case "windows" -> {
        Deserializer<Fact> facts = Fact.deserializer(registry, schemas);
        topology.addSource(AutoOffsetReset.earliest(), ORDERS, Fact.EVENT_TIME, asIs, facts, arguments[3]);
        topology.addProcessor(JOB, Windows.supplier(registry, schemas, eventSchemaId), ORDERS);
      }
      default -> throw new IllegalArgumentException("Unknown job: " + arguments[10]);
    }
    ByteArraySerializer bytes = new ByteArraySerializer();
    topology.addSink(EVENTS, arguments[4], bytes, bytes, JOB);
    topology.addSink(FAILURES, arguments[5], bytes, bytes, JOB);

    KafkaStreams streams = new KafkaStreams(topology, settings(arguments));
    CountDownLatch ended = new CountDownLatch(1);
    streams.setUncaughtExceptionHandler(
        error -> {
          error.printStackTrace();
          Runtime.getRuntime().halt(1);
          return StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
        });
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  streams.close();
                  ended.countDown();
                }));
    streams.start();
    ended.await();
  }

  /** Tuned for throughput. For trials, system properties win: -Dstreams.commit.interval.ms=1000. */
  private static Properties settings(String[] arguments) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", arguments[0]);
    settings.put("application.id", arguments[2]);
    settings.put("processing.guarantee", "exactly_once_v2");
    settings.put("commit.interval.ms", "100");
    settings.put("num.stream.threads", arguments[6]);
    settings.put("state.dir", arguments[8]);
    settings.put("replication.factor", "1");
    settings.put("default.key.serde", Serdes.ByteArraySerde.class);
    settings.put("default.value.serde", Serdes.ByteArraySerde.class);
    settings.put("consumer.auto.offset.reset", "earliest");
    settings.put("consumer.max.poll.records", "5000");
    settings.put("consumer.max.partition.fetch.bytes", "4194304");
    settings.put("buffered.records.per.partition", "10000");
    settings.put("producer.compression.type", arguments[7]);
    settings.put("producer.linger.ms", "50");
    settings.put("producer.batch.size", "262144");
    for (String name : System.getProperties().stringPropertyNames())
      if (name.startsWith(TRIAL)) settings.put(name.substring(TRIAL.length()), System.getProperty(name));
    return settings;
  }
}
