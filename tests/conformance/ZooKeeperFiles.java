import org.apache.zookeeper.server.quorum.QuorumPeerConfig;

/**
 * Prints for each folder that is named whether ZooKeeper takes its `zoo.cfg`: `ok`, or `refused` and the
 * message of the innermost cause, separated by a tab.
 */
public final class ZooKeeperFiles {
    /** What ZooKeeper keeps in static fields from the file before. */
    private static void forget() throws Exception {
        for (String setter : new String[] {"setStandaloneEnabled", "setReconfigEnabled"}) {
            try {
                QuorumPeerConfig.class.getMethod(setter, boolean.class)
                    .invoke(null, setter.equals("setStandaloneEnabled"));
            } catch (NoSuchMethodException older) {
                continue;
            }
        }
    }

    public static void main(String[] folders) {
        for (String folder : folders) {
            try {
                forget();
                new QuorumPeerConfig().parse(folder + "/zoo.cfg");
                System.out.println("ok");
            } catch (Throwable thrown) {
                Throwable cause = thrown;
                while (cause.getCause() != null) {
                    cause = cause.getCause();
                }
                System.out.println("refused\t" + String.valueOf(cause.getMessage()).replace("\n", " "));
            }
        }
    }
}
