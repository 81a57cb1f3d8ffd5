"""Which ZooKeeper servers form one ensemble, and whose: by their files and by what they answer."""
