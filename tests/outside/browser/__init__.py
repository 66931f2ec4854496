"""What `browser.py` plays in Chromium: stories by pages alone, and every page as each role.

- `hands`: how a person uses a page, by keyboard or by pointer
- `whole_story`: from an application to an acknowledged announcement
- `passkeys`: added, used and removed with a virtual authenticator
- `scanner`: programs that open every link of every mail
- `community`: people of each role, and things in each state, for `looks` and `pictures`
- `crawl`: the pages that a role can reach; `looks`: what is checked on each; `pictures`: a sheet of all of them
"""
