"""The cheapest flow through a network, by successive shortest paths: plain, slow, and nothing like what it checks."""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass
class Edge:
    end: Hashable
    room: int
    cost: int
    back: "Edge | None" = None


@dataclass
class Network:
    """Whole numbers of any size. No cycle of the network as it is built may cost less than nothing."""

    edges: dict[Hashable, list[Edge]] = field(default_factory=dict)

    def add(self, start: Hashable, end: Hashable, room: int, cost: int) -> Edge:
        there, back = Edge(end, room, cost), Edge(start, 0, -cost)
        there.back, back.back = back, there
        self.edges.setdefault(start, []).append(there)
        self.edges.setdefault(end, []).append(back)
        return there

    def send_one(self, source: Hashable, sink: Hashable) -> int:
        """Sends one more unit along the cheapest path, which there must be; returns what it costs."""
        cost, last = self._cheapest_paths(source)
        node = sink
        while node != source:
            edge = last[node]
            assert edge.back is not None
            edge.room -= 1
            edge.back.room += 1
            node = edge.back.end
        return cost[sink]

    def _cheapest_paths(self, source: Hashable) -> tuple[dict[Hashable, int], dict[Hashable, Edge]]:
        cost: dict[Hashable, int] = {source: 0}
        last: dict[Hashable, Edge] = {}
        waiting, queued = deque([source]), {source}
        while waiting:
            node = waiting.popleft()
            queued.discard(node)
            for edge in self.edges[node]:
                if edge.room and (edge.end not in cost or cost[node] + edge.cost < cost[edge.end]):
                    cost[edge.end], last[edge.end] = cost[node] + edge.cost, edge
                    if edge.end not in queued:
                        waiting.append(edge.end)
                        queued.add(edge.end)
        return cost, last
