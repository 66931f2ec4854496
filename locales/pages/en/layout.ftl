### The layout of pages, and the parts that pages share.

layout-skip = Skip to content
layout-menu = Main menu
layout-maintenance = Maintenance
layout-maintenance-until = Maintenance until about { DAY($until, $zone) }, { HOUR($until, $zone) } { ZONE($until, $zone) }: nothing can be changed until then; you can go on reading.
layout-log-in = Log in
layout-log-out = Log out
layout-privacy = How your data is used
layout-docs = For programs: description of the interface
layout-contact = Questions:
language-itself = English
menu-home = Home
menu-directory = Directory
menu-members = Members
menu-announcements = Announcements
menu-technologies = Technologies
menu-surveys = Surveys
menu-tasks = Tasks
menu-people = People
menu-audit = Audit log
menu-administration = Administration
form-error = Error:
form-cancel = Cancel
form-show-password = Show the password
form-problem = { $field }: { $problem }
form-chosen = { COUNT($count) ->
        [one] 1 chosen
       *[other] { $count } chosen
    }
form-problems = { COUNT($count) ->
        [one] There is a problem
       *[other] There are { $count } problems
    }
failure-request = If you ask for help, quote this number: { $id }
failure-second-factor = Set up a second factor
failure-without-query = Show this page without these parameters
failure-administration = Reserved for the administration
    .body = This page is for the Secretariat, auditors and coordinators.
failure-not-kept = Your entries were not saved. Go back in the browser to find them again.
failure-open-here = Open this page from the portal
for-specialists = For specialists
