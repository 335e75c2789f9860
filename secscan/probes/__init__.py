"""The probes: the only code that touches the network. They judge nothing."""
