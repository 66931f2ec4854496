"""Seven more people, for the acts about identity: in regions where nobody else is, one a topic.

Failed logins of a person are counted, and so are sessions and mails; nobody disturbs the others this way.
"""

from lib.act import Act
from lib.people import NEWCOMERS
from story.joining import Joining

# So that an act that waits for the end of a refresh token's grace need not wait for long.
SHORT_GRACE = {"PORTAL__IDENTITY__REFRESH_GRACE_SECONDS": "2"}


class Newcomers(Act):
    after = (Joining,)
    settings = SHORT_GRACE

    def play(self):
        with self.step("seven more apply for regions where nobody is, and are approved"):
            self.stage.join(*NEWCOMERS)
