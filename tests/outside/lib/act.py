"""A part of a story: steps that are played on a stage, one after the other."""

from lib.report import equal


class Act:
    """What every act does the same way.

    An act of `story` says which others it builds on and with which settings the portal has to run; `play` plays it.
    """

    # The acts that have to be played before this one, if it is played alone.
    after = ()
    # The settings of the portal beside those of every test; None: the act starts the portal itself.
    settings = {}

    def __init__(self, stage):
        self.stage, self.step = stage, stage.report.step
        self.anonymous, self.relay = stage.anonymous, stage.relay

    def play(self):
        raise NotImplementedError

    def end(self):
        with self.step("SIGTERM ends the portal with exit code 0"):
            self.stage.portal.terminate()

    def refuse_login(self, address, password):
        self.anonymous.try_login(address, password).assert_problem(401, "wrong_credentials")

    def cookie_line(self, answer, name):
        lines = [line for line in answer.headers.get_all("Set-Cookie", []) if line.startswith(f"{name}=")]
        equal(len(lines), 1, f"cookies {name} ({answer})")
        return lines[0]

    def cookie(self, answer, name):
        """The cookie as a browser sends it back."""
        return self.cookie_line(answer, name).split(";")[0]
