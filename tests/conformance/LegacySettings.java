import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import kafka.utils.VerifiableProperties;
import scala.Tuple2;

/**
 * Prints every setting that the broker of 0.8 and the old clients (0.8 to 1.1) ask for while they read their
 * configuration, each group after a line `# NAME`: name, type, default (`-` for none, `!` for required, else
 * `=` and the text) and range, separated by tabs. A setting that is read only if it is there has no default.
 *
 * To be compiled against each release: lines after `//0.8.1` are for 0.8.1 and later, likewise `//0.8.2`.
 */
public final class LegacySettings {
    private static final String[][] GROUPS = {
        {"broker", "kafka.server.KafkaConfig"},
        {"old-producer", "kafka.producer.ProducerConfig"},
        {"old-consumer", "kafka.consumer.ConsumerConfig"},
    };

    /** Properties that note what is asked for; a question that they answer by another one is noted once. */
    private static final class Recorder extends VerifiableProperties {
        final Map<String, String> rows = new LinkedHashMap<>();
        final List<String> conditions = new ArrayList<>();
        private int depth;

        Recorder(Properties properties) {
            super(properties);
        }

        private <T> T noted(String name, String kind, String fallback, Tuple2<?, ?> range, Supplier<T> ask) {
            if (depth == 0) {
                String shown = range == null ? "" : "range " + range._1() + " " + range._2();
                rows.putIfAbsent(name, String.join("\t", name, kind, fallback, shown));
            }
            depth++;
            try {
                return ask.get();
            } finally {
                depth--;
            }
        }

        @Override public boolean containsKey(String name) {
            if (depth == 0) {
                conditions.add(name);
            }
            return super.containsKey(name);
        }

        @Override public int getInt(String name) {
            return noted(name, "INT", "!", null, () -> super.getInt(name));
        }

        @Override public int getIntInRange(String name, Tuple2<Object, Object> range) {
            return noted(name, "INT", "!", range, () -> super.getIntInRange(name, range));
        }

        @Override public int getInt(String name, int other) {
            return noted(name, "INT", "=" + other, null, () -> super.getInt(name, other));
        }

        @Override public int getIntInRange(String name, int other, Tuple2<Object, Object> range) {
            return noted(name, "INT", "=" + other, range, () -> super.getIntInRange(name, other, range));
        }

        @Override public short getShort(String name, short other) {
            return noted(name, "SHORT", "=" + other, null, () -> super.getShort(name, other));
        }

        @Override public short getShortInRange(String name, short other, Tuple2<Object, Object> range) {
            return noted(name, "SHORT", "=" + other, range, () -> super.getShortInRange(name, other, range));
        }

        @Override public long getLong(String name, long other) {
            return noted(name, "LONG", "=" + other, null, () -> super.getLong(name, other));
        }

        @Override public long getLongInRange(String name, long other, Tuple2<Object, Object> range) {
            return noted(name, "LONG", "=" + other, range, () -> super.getLongInRange(name, other, range));
        }

        @Override public boolean getBoolean(String name, boolean other) {
            return noted(name, "BOOLEAN", "=" + other, null, () -> super.getBoolean(name, other));
        }

        @Override public String getString(String name, String other) {
            String shown = other == null ? "-" : "=" + other;
            return noted(name, "STRING", shown, null, () -> super.getString(name, other));
        }

        @Override public String getString(String name) {
            return noted(name, "STRING", "!", null, () -> super.getString(name));
        }

        @Override public scala.collection.Map<String, String> getMap(
                String name, scala.Function1<String, Object> valid) {
            return noted(name, "MAP", "=", null, () -> super.getMap(name, valid));
        }

        //0.8.1 @Override public double getDouble(String name, double other) {
        //0.8.1     return noted(name, "DOUBLE", "=" + other, null, () -> super.getDouble(name, other));
        //0.8.1 }

        //0.8.2 @Override public kafka.message.CompressionCodec getCompressionCodec(
        //0.8.2         String name, kafka.message.CompressionCodec other) {
        //0.8.2     return noted(name, "CODEC", "=" + other.name(), null,
        //0.8.2         () -> super.getCompressionCodec(name, other));
        //0.8.2 }
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        for (String[] group : GROUPS) {
            Constructor<?> constructor;
            try {
                constructor = Class.forName(group[1]).getDeclaredConstructor(VerifiableProperties.class);
            } catch (ClassNotFoundException | NoSuchMethodException missing) {
                continue;
            }
            constructor.setAccessible(true);
            out.println("# " + group[0]);
            settings(constructor).values().forEach(out::println);
        }
        out.flush();
    }

    /** Reads once with the least, and once more with each setting that was asked for by `containsKey`. */
    private static Map<String, String> settings(Constructor<?> constructor) throws Exception {
        Map<String, String> rows = new LinkedHashMap<>();
        List<String> conditions = new ArrayList<>(List.of(""));
        for (int at = 0; at < conditions.size(); at++) {
            Properties given = new Properties();
            given.setProperty("zookeeper.connect", "zk:2181");
            given.setProperty("broker.id", "1");
            given.setProperty("metadata.broker.list", "kafka:9092");
            given.setProperty("group.id", "g");
            boolean conditional = !conditions.get(at).isEmpty();
            if (conditional) {
                given.setProperty(conditions.get(at), "1");
            }
            Recorder recorder = new Recorder(given);
            try {
                constructor.newInstance(recorder);
            } catch (InvocationTargetException refused) {
                System.err.println(conditions.get(at) + ": " + refused.getCause());
            }
            recorder.rows.forEach((name, row) ->
                rows.putIfAbsent(name, conditional ? row.replace("\t!\t", "\t-\t") : row));
            recorder.conditions.stream().filter(name -> !conditions.contains(name)).forEach(conditions::add);
        }
        return rows;
    }
}
