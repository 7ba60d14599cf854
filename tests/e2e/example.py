"""The examples of etc/pam.d, taken apart, so that the tests run what an administrator reads."""

import re

from private_host import SOURCE


class Example:
    """One file of etc/pam.d: PAM lines, and blocks of other files in its comment."""

    def __init__(self, name):
        self.name = name
        self.text = (SOURCE / f"etc/pam.d/{name}.example").read_text()

    def lines(self):
        """Returns the PAM lines, without the comment."""
        return [line for line in self.text.splitlines() if line and not line.startswith("#")]

    def block(self, heading):
        """Returns the indented text below the line of the comment that begins with `heading`."""
        _, _, below = re.split(rf"(?m)^(# {re.escape(heading)}.*\n)", self.text, maxsplit=1)
        lines = []
        for line in below.splitlines():
            # The heading may go on in another line.
            if not line.startswith("#   "):
                if lines:
                    break
                continue
            lines.append(line[4:])
        return "\n".join(lines) + "\n"

    def toml(self, issuer):
        """Returns the configuration in the comment, with the key of `issuer` in place of a fetched one."""
        _, _, below = self.text.partition(".toml:\n")
        lines = []
        for line in below.splitlines():
            if not line.startswith("#"):
                break
            lines.append(line[4:])
        text = "\n".join(lines) + "\n"
        return re.sub(r"^(url = .*)$", rf"\1\n{issuer.key_line}", text, flags=re.MULTILINE)
