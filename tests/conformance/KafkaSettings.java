import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Prints every setting of the Kafka on the class path (0.8.2 or later) for brokers, producers, consumers and
 * Connect's workers, each group after a line `# NAME`, in the order in which the release checks them. A line
 * has, separated by tabs: name, type, default (`-` for none, `!` for required, else `=` and the text),
 * validator, importance, update mode, `internal`, `deprecated` (the constant is) and the documentation.
 *
 *   javac -d out KafkaSettings.java && java -cp 'out:lib/*' KafkaSettings > 2.8.2.tsv
 */
public final class KafkaSettings {
    private static final Map<String, String> DEFINITIONS = new LinkedHashMap<>();

    static {
        DEFINITIONS.put("broker", "kafka.server.KafkaConfig$");
        DEFINITIONS.put("producer", "org.apache.kafka.clients.producer.ProducerConfig");
        DEFINITIONS.put("consumer", "org.apache.kafka.clients.consumer.ConsumerConfig");
        String connect = "org.apache.kafka.connect.runtime.";
        DEFINITIONS.put("connect-distributed", connect + "distributed.DistributedConfig");
        DEFINITIONS.put("connect-standalone", connect + "standalone.StandaloneConfig");
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        for (Map.Entry<String, String> group : DEFINITIONS.entrySet()) {
            Object definitions = definitions(group.getValue());
            if (definitions != null) {
                out.println("# " + group.getKey());
                Map<?, ?> modes = group.getKey().equals("broker") ? updateModes() : new HashMap<>();
                print(definitions, modes, deprecated(group.getValue()), out);
            }
        }
        out.flush();
    }

    private static void print(Object definitions, Map<?, ?> modes, Set<?> deprecated, PrintStream out)
            throws Exception {
        Object required = field(definitions, "NO_DEFAULT_VALUE");
        for (Object key : ((Map<?, ?>) field(definitions, "configKeys")).values()) {
            Object value = field(key, "defaultValue");
            String name = text(field(key, "name"));
            out.println(String.join("\t", name, text(field(key, "type")),
                value == required ? "!" : value == null ? "-" : "=" + text(value),
                validator(field(key, "validator")),
                text(field(key, "importance")), modes.containsKey(name) ? text(modes.get(name)) : "",
                internal(key), deprecated.contains(name) ? "deprecated" : "",
                text(field(key, "documentation")).replaceAll("\\s+", " ")));
        }
    }

    /** The ConfigDef that a class holds, or null if the release does not have such a class or definition. */
    static Object definitions(String className) throws Exception {
        Class<?> owner;
        try {
            owner = Class.forName(className);
        } catch (ClassNotFoundException missing) {
            return null;
        }
        Object companion = className.endsWith("$") ? owner.getField("MODULE$").get(null) : null;
        for (Method method : owner.getDeclaredMethods()) {
            boolean callable = companion != null || Modifier.isStatic(method.getModifiers());
            if (callable && isDefinition(method.getReturnType()) && method.getParameterCount() == 0
                    && !method.getName().equals("baseConfigDef")) {
                method.setAccessible(true);
                return method.invoke(companion);
            }
        }
        for (Field each : owner.getDeclaredFields()) {
            if (Modifier.isStatic(each.getModifiers()) && isDefinition(each.getType())) {
                each.setAccessible(true);
                return each.get(null);
            }
        }
        for (Method method : owner.getDeclaredMethods()) {
            if (isDefinition(method.getReturnType()) && method.getParameterCount() == 1) {
                Object system = method.getParameterTypes()[0].getField("SYSTEM").get(null);
                method.setAccessible(true);
                return method.invoke(null, system);
            }
        }
        return null;
    }

    /** The settings whose constants in the class, or those that it inherits from, are deprecated. */
    private static Set<String> deprecated(String className) throws Exception {
        Set<String> found = new HashSet<>();
        for (Class<?> each = Class.forName(className); each != null; each = each.getSuperclass()) {
            for (Field constant : each.getDeclaredFields()) {
                boolean named = constant.getType() == String.class && constant.getName().endsWith("_CONFIG");
                if (named && constant.isAnnotationPresent(Deprecated.class)) {
                    constant.setAccessible(true);
                    found.add((String) constant.get(null));
                }
            }
        }
        return found;
    }

    private static boolean isDefinition(Class<?> type) {
        return type.getSimpleName().equals("ConfigDef");
    }

    /** Kafka's "per-broker" and "cluster-wide" by setting; empty up to 1.0. */
    private static Map<?, ?> updateModes() throws Exception {
        try {
            Class<?> dynamic = Class.forName("kafka.server.DynamicBrokerConfig$");
            Object companion = dynamic.getField("MODULE$").get(null);
            return (Map<?, ?>) dynamic.getMethod("dynamicConfigUpdateModes").invoke(companion);
        } catch (ClassNotFoundException missing) {
            return new HashMap<>();
        }
    }

    private static String internal(Object key) throws Exception {
        try {
            return (Boolean) field(key, "internalConfig") ? "internal" : "";
        } catch (NoSuchFieldException missing) {
            return "";
        }
    }

    private static String validator(Object validator) throws Exception {
        if (validator == null) {
            return "";
        }
        String name = validator.getClass().getSimpleName();
        switch (name) {
            case "Range":
                return "range " + field(validator, "min") + " " + field(validator, "max");
            case "ValidString":
                return "in " + joined(field(validator, "validStrings"));
            case "ValidList":
                return "each " + joined(field(field(validator, "validString"), "validStrings"));
            case "CaseInsensitiveValidString":
                return "anycase " + ((Collection<?>) field(validator, "validStrings")).stream()
                    .map(Object::toString).collect(Collectors.joining(", "));
            case "NonEmptyString":
                return "nonempty";
            case "NonNullValidator":
                return "nonnull";
            case "ControllerQuorumVotersValidator":
                return "voters";
            case "ControllerQuorumBootstrapServersValidator":
                return "bootstrap-servers";
            default:
                return name.contains("VersionValidator") ? "protocol-version"
                    : "other " + validator.toString().replaceAll("@[0-9a-f]+$", "");
        }
    }

    private static String joined(Object list) {
        return ((List<?>) list).stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static String text(Object value) throws Exception {
        if (value instanceof List) {
            return ((List<?>) value).stream().map(Object::toString).collect(Collectors.joining(","));
        }
        return value instanceof Class ? ((Class<?>) value).getName() : String.valueOf(value);
    }

    static Object field(Object owner, String name) throws Exception {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }
}
