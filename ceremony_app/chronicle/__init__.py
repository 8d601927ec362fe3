"""Definition and journal into what script, record and auditor's view say: the values, not their looks."""
