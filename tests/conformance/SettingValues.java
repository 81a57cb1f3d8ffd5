import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Asks the ConfigDefs of the Kafka on the class path for values. A line of input has, separated by tabs: the
 * class with the ConfigDef, a setting and a text as hexadecimal UTF-8; a line of output `=` and the value or
 * `!` and the reason, as hexadecimal UTF-8.
 */
public final class SettingValues {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        Map<String, Object> definitions = new HashMap<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t", -1);
            if (!definitions.containsKey(parts[0])) {
                definitions.put(parts[0], KafkaSettings.definitions(parts[0]));
            }
            out.println(answer(definitions.get(parts[0]), parts[1], text(parts[2])));
        }
        out.flush();
    }

    /** What a definition of this one setting makes of the text. */
    @SuppressWarnings("unchecked")
    private static String answer(Object definitions, String name, String text) throws Exception {
        Object alone = definitions.getClass().getDeclaredConstructor().newInstance();
        Object key = ((Map<?, ?>) KafkaSettings.field(definitions, "configKeys")).get(name);
        ((Map<Object, Object>) KafkaSettings.field(alone, "configKeys")).put(name, key);
        try {
            Method parse = alone.getClass().getMethod("parse", Map.class);
            return "=" + hexadecimal(shown(((Map<?, ?>) parse.invoke(alone, Map.of(name, text))).get(name)));
        } catch (InvocationTargetException refused) {
            Throwable cause = refused.getCause();
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return "!" + hexadecimal(String.valueOf(cause.getMessage()));
        }
    }

    private static String shown(Object value) throws Exception {
        if (value instanceof List) {
            return ((List<?>) value).stream().map(Object::toString).collect(Collectors.joining("\n"));
        }
        if (value != null && value.getClass().getSimpleName().equals("Password")) {
            return (String) value.getClass().getMethod("value").invoke(value);
        }
        return value instanceof Class ? ((Class<?>) value).getName() : String.valueOf(value);
    }

    private static String hexadecimal(String text) {
        StringBuilder found = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            found.append(String.format("%02x", each));
        }
        return found.toString();
    }

    private static String text(String hexadecimal) {
        byte[] found = new byte[hexadecimal.length() / 2];
        for (int at = 0; at < found.length; at++) {
            found[at] = (byte) Integer.parseInt(hexadecimal.substring(2 * at, 2 * at + 2), 16);
        }
        return new String(found, StandardCharsets.UTF_8);
    }
}
