"""A kind of import contract that speaks of file names: modules that match here import nothing that matches there."""

import re

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class Refuses(Contract):
    """`importers` and `imported` are regular expressions of module names; `through_others` counts chains too."""

    importers = fields.StringField()
    imported = fields.StringField()
    through_others = fields.BooleanField(required=False, default=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        self._refuse_meaningless(graph)
        importers = sorted(module for module in graph.modules if re.search(str(self.importers), module))
        chains = [chain for importer in importers for chain in self._chains(graph, importer)]
        return ContractCheck(kept=not chains, metadata={"chains": chains})

    def _refuse_meaningless(self, graph: ImportGraph) -> None:
        """A contract about modules that nobody has would hold for ever."""
        for words in (self.importers, self.imported):
            if not any(re.search(str(words), module) for module in graph.modules):
                raise ValueError(f"{self.name}: no module is called {words}")

    def _chains(self, graph: ImportGraph, importer: str) -> list[tuple[str, ...]]:
        find = graph.find_upstream_modules if self.through_others else graph.find_modules_directly_imported_by
        wrong = sorted(module for module in find(importer) if re.search(str(self.imported), module))
        return [graph.find_shortest_chain(importer, module) or (importer, module) for module in wrong]

    def render_broken_contract(self, check: ContractCheck) -> None:
        for chain in check.metadata["chains"]:
            output.print_error(" -> ".join(chain))
