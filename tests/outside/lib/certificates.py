"""Certificates that signed themselves, made by OpenSSL."""

from lib import processes


def self_signed(folder, name, *extensions):
    """The files of a certificate for `name`, good for two days, and of its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    for extension in extensions:
        command += ["-addext", extension]
    processes.run([*command, "-keyout", key, "-out", certificate])
    return certificate, key
