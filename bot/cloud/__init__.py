"""The local cloud and the way to AWS: start, package, deploy, serve, take down."""
