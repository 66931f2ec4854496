# The care of readers: time zones, help, the accessibility statement, the offer to keep a language, and the demonstration.

## Time zones

page-time-zone = Time zone
field-time_zone = Time zone
account-to-time-zone = Time zone
    .body = The time zone in which pages show you times.
time-zone-body = Pages show times in this zone, with its name and its offset from UTC. E-mails and downloads stay in UTC, since others read them too.
time-zone-now = Date and time now:
time-zone-hint = Choose UTC, or a city whose clocks show your time.
time-zone-save = Save the time zone
notice-time-zone-saved = The time zone was saved.
zones-Africa = Africa
zones-America = America
zones-Antarctica = Antarctica
zones-Arctic = Arctic
zones-Asia = Asia
zones-Atlantic = Atlantic Ocean
zones-Australia = Australia
zones-Europe = Europe
zones-Indian = Indian Ocean
zones-Pacific = Pacific Ocean

## The demonstration

demo-label = Demonstration
demo-banner = Demonstration: nothing here is real, nothing is kept, no mail leaves.
demo-banner-link = Change the role, or read the mails
page-demo = The portal as each role
demo-body = These people are made up. Each button logs you in as one of them, with the second factor where the role needs it. Nothing has to be typed.
demo-not-ready = The demonstration is still being prepared. Please reload this page in a moment.
demo-enter = Log in as { $name }
demo-part-ncp = Contact point
    .body = Finds colleagues, reads announcements, and keeps their own entry up to date.
demo-part-coordinator = Coordinator
    .body = Looks after the contacts of one administration: invites people, decides on their appointments, and says which technologies it uses.
demo-part-administrator = Administrator of the Secretariat
    .body = Writes announcements, decides on applications, and looks after accounts and settings.
demo-part-approver = Second administrator
    .body = Approves announcements of the other administrator: nobody approves an announcement of their own.
demo-part-auditor = Auditor
    .body = Reads the audit log, and can change nothing.
demo-part-partner = Partner agency
    .body = Answers the surveys of partner agencies, reads published results, and sees nothing else of the community.
page-demo-mails = Mails of the demonstration
demo-mails-body = The demonstration catches every mail. Mails to the 400 generated contacts are not listed.
demo-to-mails = Read the mails
demo-mails = Mails
    .caption = Mails, the newest first
    .none = No mail has been caught yet.
th-demo-subject = Subject
th-demo-to = To
th-demo-language = Language
demo-direction = Right to left
    .body = The portal has no texts in Arabic yet. This shows how its pages are mirrored then.
demo-direction-on = Show pages from right to left
demo-direction-off = Show pages from left to right again

## The language of mails, offered at the foot of a page in another language

layout-keep-language = Send me e-mails in English from now on
notice-language-kept = E-mails to you are written in this language from now on: { $language }.

## Help

page-help = Help
help-ask = You have another question? Write to
help-to-entry = All help pages
help-to-security = Security of your account
page-help-roles = What each role may do
help-entry-roles = What contact points, coordinators, the Secretariat and others see and decide.
help-roles = Your roles are on the page of your account. A person may have several roles.
help-roles-ncp = National Contact Point
    .body = Finds contacts and members in the directory, reads announcements and confirms them, keeps their own entry up to date, and decides who sees which of its fields.
help-roles-contributor = Contributor
    .body = Sees the directory and the announcements as a contact point does, and has an entry as an expert on a topic.
help-roles-coordinator = Coordinator
    .body = Looks after the contacts of one administration: invites people, decides on their appointments, corrects their entries, and says which technologies the administration uses. A second factor is required.
help-roles-secretariat = Secretariat
    .body = Decides on applications, looks after members, accounts and settings, and writes announcements. An announcement to many people is approved by a second person. A second factor is required.
help-roles-auditor = Auditor
    .body = Reads the audit log and the directory, and can change nothing but their own account. A second factor is required.
help-roles-partner = Partner agency
    .body = Answers the surveys of partner agencies with colleagues, submits the response, and asks for more time. Has an entry for the Secretariat and manages their own account. The directory, the Members and their surveys are not shown to partner agencies.
page-help-second-factor = Second factor and recovery codes
help-entry-second-factor = Authenticator apps, passkeys, and what to do if one is lost.
help-second-factor = A second factor is something that you have, in addition to the password that you know. You choose it on the page about the security of your account.
help-second-factor-why = Why is it asked for?
    .body = Passwords are stolen by false pages and by malicious programs. A person who has only your password cannot log in then. Coordinators, auditors and the Secretariat must have a second factor; everybody may have one.
help-second-factor-app = How does an authenticator app work?
    .body = You install the app on your telephone once, and read the picture that the portal shows, or type its key. After that the app shows a new code of six digits every 30 seconds, also without a network. You type the code after your password.
help-second-factor-passkey = What is a passkey?
    .body = Your device or a security key proves who you are, after your fingerprint, your face or the PIN of the device. A false page cannot use it. It works without a password. Your browser must allow scripts on that page.
help-second-factor-codes = What are recovery codes for?
    .body = They replace the second factor if you do not have it with you. Each code works once. Print them or write them down, and keep them where nobody else finds them, not on the same telephone. You can make new ones at any time; the previous ones then stop working.
help-second-factor-lost = I have lost my second factor
    .body = Log in with a recovery code and set up another second factor. If you have no code left, ask the Secretariat: it checks who you are, and removes the lost factor.
help-second-factor-new-phone = I have a new telephone
    .body = While you still have the previous one, log in with it, remove the app on the page about the security of your account, and set it up again on the new telephone. A passkey of the new telephone can be added beside the previous one.
page-help-keyboard = Use with the keyboard
help-entry-keyboard = Every page works without a mouse.
help-keyboard = No page needs a mouse, and no key has a meaning of its own on the portal: the keys of your browser and of your screen reader work as elsewhere.
help-keyboard-skip = Skip the menu
    .body = The first link of each page leads to its content. Press Tab once after the page has loaded, then Enter.
help-keyboard-move = Move through a page
    .body = Tab leads to the next link, field or button, and Shift with Tab to the previous one. A yellow frame shows where you are. Each page has headings in order, by which a screen reader can move.
help-keyboard-forms = Fill in a form
    .body = The space bar checks a box and presses a button; the arrow keys choose among options; Enter sends the form. If something is wrong, the page begins with a list of problems, each with a link to its field, and what you typed is still there, except passwords and codes.
help-keyboard-lists = Work through a list
    .body = The links to the next page and to the first page are below each list. The Back key of the browser leads to the list where you left it, with its filters.
help-keyboard-zoom = Enlarge a page
    .body = Ctrl with the plus key enlarges a page, on a Mac Cmd with the plus key. At 400% the page has one column, and nothing has to be moved sideways except wide tables.
help-entry-address-book = The contacts of the directory on your telephone or in your e-mail program.
help-entry-markdown = Headings, lists, links and tables in announcements.
help-entry-privacy = Which data about you the portal keeps, for how long, and what you can do with them.
help-entry-accessibility = What is done so that everybody can use the portal, and what does not work yet.

## The accessibility statement

layout-accessibility = Accessibility
page-accessibility = Accessibility statement
help-accessibility = This statement is about the pages of this portal and about the e-mails that it sends.
help-accessibility-aim = What we aim at
    .body = The pages are built to meet the Web Content Accessibility Guidelines (WCAG) 2.2 at level AA.
help-accessibility-works = What works
    .body = Every page can be used with the keyboard alone, with a screen reader, without scripts, enlarged to 400%, in light and dark colours and with the colours of your system. Each field has a label, each error is named at its field, each chart has a table with the same figures, and your work is not lost: what you typed comes back after a new login.
help-accessibility-limits = What does not work yet
    .body = Adding and using a passkey needs scripts; an authenticator app does not. Announcements are written by people, and letters of nomination are files of their authors: we cannot promise that these are accessible. Texts exist in English and French; some announcements exist in one language only, and then say so. Wide tables are moved sideways on small screens.
help-accessibility-tested = How it was tested
    .body = Automatic checks read each page of the portal whenever it changes, for its markup, headings, labels, contrast and width. The portal has not been audited by an independent body.
help-accessibility-tell = Tell us what stops you
    .body = If something stops you, please tell us which page it was and what you wanted to do. If you need information in another form, ask for it in the same way.
