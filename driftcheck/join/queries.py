"""The queries of the configuration: which nodes are brokers, and of which cluster."""

from __future__ import annotations

from collections.abc import Callable

from driftcheck.chef.packed_nodes import NodeHead
from driftcheck.chef.query import Query, QueryError, parse_query
from driftcheck.errors import ConfigurationError
from driftcheck.model.configuration import Configuration
from driftcheck.model.facts import Fact, Known
from driftcheck.model.snapshot import NodeObservation


def broker_test(configuration: Configuration) -> Callable[[NodeObservation | NodeHead], Fact[bool]]:
    """Whether a node is a broker: by `brokers:`, else by the cookbooks of its expanded run list."""
    if configuration.brokers is None:
        return lambda node: node.renders_kafka
    query = _query(configuration.brokers, "brokers")
    return lambda node: Known(value=query.matches(node.search_fields))


def cluster_queries(configuration: Configuration) -> list[tuple[Query, str]]:
    """The queries under `clusters:`, each with its cluster's name."""
    return [(_query(text, "clusters"), name) for text, name in configuration.clusters.items()]


def _query(text: str, key: str) -> Query:
    try:
        return parse_query(text)
    except QueryError as error:
        raise ConfigurationError(f"the query {text!r} cannot be read: {error}", where=key) from None
