"""The top-level keys that Ohai fills on Linux: nobody knows their values of a machine that was never seen."""

OHAI_KEYS = (
    "block_device", "chef_packages", "cloud", "cloud_v2", "command", "counters", "cpu", "current_user",
    "dmi", "domain", "ec2", "etc", "filesystem", "filesystem2", "fips", "fqdn", "gce", "hostname",
    "hostnamectl", "idletime", "idletime_seconds", "init_package", "ip6address", "ipaddress", "kernel",
    "keys", "languages", "lsb", "macaddress", "machine_id", "machinename", "memory", "network",
    "ohai_time", "openstack", "os", "os_release", "os_version", "packages", "platform", "platform_build",
    "platform_family", "platform_version", "root_group", "shells", "sysconf", "systemd_paths", "time",
    "uptime", "uptime_seconds", "virtualization", "azure", "rackspace", "digital_ocean", "hardware",
)  # fmt: skip

IDENTITY_KEYS = (
    "azure", "cloud", "cloud_v2", "counters", "dmi", "ec2", "fqdn", "gce", "hostname", "hostnamectl",
    "idletime", "idletime_seconds", "ip6address", "ipaddress", "keys", "macaddress", "machine_id",
    "machinename", "network", "ohai_time", "openstack", "uptime", "uptime_seconds",
)  # fmt: skip
"""Those of them in which two machines of one kind differ."""
