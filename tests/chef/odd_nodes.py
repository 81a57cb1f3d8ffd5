"""Node objects of the usual form, and in what others may differ from it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

USUAL: dict[str, Any] = {
    "name": "web1",
    "chef_environment": "prod",
    "run_list": ["recipe[web@1.0.0]"],
    "normal": {"tags": []},
    "default": {"base": {"ntp": ["0.pool.example.com"]}},
    "override": {},
    "automatic": {
        "ohai_time": 1790000000.5,
        "fqdn": "web1.example.com",
        "hostname": "web1",
        "ipaddress": "10.0.0.1",
        "recipes": ["web::server@1.0.0"],
        "roles": [],
        "network": {"interfaces": {"eth0": {"addresses": {"10.0.0.1": {"family": "inet"}}}}},
    },
}
ODD = st.sampled_from(
    [
        None,
        "",
        " ",
        " padded ",
        "10.0.0.7 ",
        1,
        -1e18,
        True,
        [],
        {},
        ["a", 1],
        {"a": 1},
        "fe80::1%eth0",
        "::1",
    ]
)
INTERFACES = st.fixed_dictionaries(
    {
        "interfaces": ODD
        | st.dictionaries(
            st.sampled_from(["lo", "eth0", "br0"]),
            ODD
            | st.fixed_dictionaries(
                {
                    "addresses": ODD
                    | st.dictionaries(
                        st.sampled_from(["10.0.0.1", "10.0.0.9", "127.0.0.1", "fe80::1", "2001:DB8::1", "x"]),
                        ODD | st.fixed_dictionaries({"family": st.sampled_from(["inet", "inet6", "lladdr"])}),
                    )
                }
            ),
        )
    }
)
CLOUD = st.dictionaries(
    st.sampled_from(
        [
            "local_ipv4",
            "public_ipv4",
            "local_hostname",
            "public_hostname",
            "instance_id",
            "instance_type",
            "availability_zone",
            "placement_availability_zone",
            "placement.availability_zone",
        ]
    ),
    ODD | st.sampled_from(["10.0.0.3", "54.1.2.3", "ip-10-0-0-3.ec2.internal", "us-east-1c"]),
)
NESTED = st.recursive(
    ODD,
    lambda inner: st.dictionaries(
        st.sampled_from(["tags", "fqdn", "deep", "a", "a_b", "b.c", "t\u00e4gs"]), inner
    ),
    max_leaves=6,
)
AUTOMATIC = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("ohai_time", "fqdn", "hostname", "machinename", "ipaddress", "ip6address"), ODD),
        **dict.fromkeys(("recipes", "roles", "kafka", "a.b", "kafka.broker", "ec2.instance_id"), ODD),
        "chef_packages": st.just({"chef": {"version": "12.1.0"}}) | ODD,
        "network": ODD | INTERFACES,
        "ec2": ODD | CLOUD,
        "cloud": ODD | CLOUD,
        "deep": NESTED,
    },
)
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("name", "chef_environment", "policy_name", "policy_group", "run_list"), ODD),
        **dict.fromkeys(
            ("normal", "override", "default"),
            ODD
            | st.dictionaries(st.just("kafka"), ODD)
            | st.dictionaries(st.sampled_from(["tags", "deep", "fqdn"]), NESTED),
        ),
    },
)

OLD_CHEF = {"chef_packages": {"chef": {"version": "12.1.0"}}}

ODDITIES: tuple[dict[str, Any], ...] = (
    {"ec2": {"instance_id": "i-1", "instance_type": "m3.xlarge", "placement_availability_zone": "a"}},
    {"ec2": {"placement.availability_zone": "a"}},
    {"ec2": {"placement": {"availability_zone": "a"}}},
    {"ec2": {"availability_zone": "a", "public_hostname": "", "public_ipv4": None}},
    {"ec2": {"local_ipv4": "10.0.0.9", "public_ipv4": "54.1.2.3", "local_hostname": "ip-10-0-0-9"}},
    {"ec2": {"instance_id": None}, "cloud": {"availability_zone": "b", "public_hostname": "x.example"}},
    {"ec2.instance_id": "i-1"},
    {"kafka.broker": {"broker.id": 1}},
    {"network.interfaces": {"eth1": {"addresses": {"10.0.0.2": {"family": "inet"}}}}},
    {"tags": None, **OLD_CHEF},
    {"tags": None},
    {"deep": 1, **OLD_CHEF},
    {"deep": {"er": {"tags": ["a", "b"], "fqdn": {"x": 1}}}},
    {"deep": {"tags_deep": 1, "er_tags": 2}},
    {"machinename": "web1", "ip6address": "fe80::1"},
    {"hostname": "web1.example.com", "machinename": "web\0one"},
    {"ohai_time": 2**40},
    {"ohai_time": -1},
)
"""Automatic attributes, each with something that is not usual."""
