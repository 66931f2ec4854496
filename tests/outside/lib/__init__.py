"""What the scripts of tests/outside share: they judge the portal from outside, by its contract alone.

- `report`: steps, what they check, and the count of those that passed and failed
- `processes`: starts programs, and sees to it that none is left behind
- `portal`: the portal's binary, with the settings of a test
- `database`: SQLite in a file, or a PostgreSQL of its own
- `relay`: the SMTP servers that take the portal's mail; `mail`: what they took, and the subjects to expect
- `client`: HTTP, as somebody or as nobody; `authenticator`: codes of second factors
- `secret_texts`: what was said over HTTP and may stand in no log
- `people`: who applies; `announcements`: what they are sent
- `stage`: portal, relay, database and first administrator in one; `act`: a part of a story that is played on it
- `script`: command line, beginning and end of a script
- `chromium`: a browser, with one window a person
- `certificates`, `tables`: self-signed certificates, and rows of CSV files

Nothing here knows the code of the portal.
"""
