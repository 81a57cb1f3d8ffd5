import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prints every setting of the Kafka on the class path in the order in which it checks them: name, type,
 * default (`-` for none, `!` for required, else `=` and the text) and validator, separated by tabs.
 *
 *   javac -d out KafkaSettings.java && java -cp 'out:lib/*' KafkaSettings > 2.8.tsv
 */
public final class KafkaSettings {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        Object definitions = definitions();
        Field missing = definitions.getClass().getDeclaredField("NO_DEFAULT_VALUE");
        missing.setAccessible(true);
        Object required = missing.get(null);
        for (Object key : ((Map<?, ?>) field(definitions, "configKeys")).values()) {
            Object value = field(key, "defaultValue");
            String shown = value == required ? "!" : value == null ? "-" : "=" + text(value);
            out.println(String.join("\t", text(field(key, "name")), text(field(key, "type")), shown,
                validator(field(key, "validator"))));
        }
        out.flush();
    }

    private static Object definitions() throws Exception {
        Class<?> companion = Class.forName("kafka.server.KafkaConfig$");
        for (Method method : companion.getDeclaredMethods()) {
            if (method.getReturnType().getSimpleName().equals("ConfigDef") && method.getParameterCount() == 0) {
                method.setAccessible(true);
                return method.invoke(companion.getField("MODULE$").get(null));
            }
        }
        throw new IllegalStateException("no ConfigDef in KafkaConfig");
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
                return "anycase " + ((java.util.Collection<?>) field(validator, "validStrings")).stream()
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
                return name.contains("VersionValidator") ? "protocol-version" : "other " + validator;
        }
    }

    private static String joined(Object list) {
        return ((List<?>) list).stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static String text(Object value) {
        if (value instanceof List) {
            return ((List<?>) value).stream().map(Object::toString).collect(Collectors.joining(","));
        }
        return value instanceof Class ? ((Class<?>) value).getName() : String.valueOf(value);
    }

    private static Object field(Object owner, String name) throws Exception {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }
}
