"""The matrix: every TLS server set-up, by name."""

from tls_setup import SetUp
from tls_setups_certificates import certificate_setups, other_protocols
from tls_setups_library import openssl_setups, other_libraries
from tls_setups_web import nginx_setups, other_web_servers

ALL: tuple[SetUp, ...] = (
    *nginx_setups(),
    *other_web_servers(),
    *openssl_setups(),
    *other_libraries(),
    *certificate_setups(),
    *other_protocols(),
)
