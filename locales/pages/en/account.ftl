### The own account, the home page, the application.

## Home

home-apply = Apply to join
home-news = Public announcements
home-waiting = Where you stand
home-second-factor = A second factor is needed
    .body = Your role gives access to data of other people, so a password alone is not enough. Add an authenticator app or a passkey; after that everything is open to you.
    .button = Add a second factor
home-no-appointment = You have no appointment at a Member administration, so only your own account is open to you.
home-since = since { DAY($at, $zone) }
home-decision = The coordinators of your administration or the Secretariat decide. There is no fixed period: you are told the decision by e-mail, and a reminder goes to those who decide. They alone can read the letter of nomination.
home-letter-asked = Those who decide may ask for your letter of nomination.
home-read-entry = Read your entry and confirm it
home-whom-to-ask = Questions
    .body = Ask the coordinators of your administration or the Secretariat.
    .agency = Ask the Secretariat.
home-account = Your account
home-confirm = Please confirm your entry in the directory
home-confirm-by = to be confirmed by { DAY($at, $zone) }
home-acknowledge = { COUNT($count) ->
        [one] One announcement waits for your acknowledgement
       *[other] { $count } announcements wait for your acknowledgement
    }
home-queues = What waits for you
home-others = Waiting for others:
home-oldest = The oldest since { DAY($at, $zone) }
home-unread = Unread announcements
home-all-read = You have no unread announcement.
home-no-other-unread = You have no other unread announcement.
home-more-unread = All announcements, with more unread ones
home-announcements = All announcements
home-find = Find a contact
home-find-label = Name, administration or telephone number
home-find-hint = The beginning of a word is enough. Accents make no difference.
home-find-button = Search the directory
home-log = Audit log
    .link = Read the audit log
home-agency-open = Surveys to answer
    .caption = Surveys to answer
    .none = No survey waits for an answer of your agency.
home-agency-past = Other rounds
    .caption = Earlier rounds, and those that have not opened
    .none = There is no other round.
home-agency-rounds = All rounds, with their results
home-regions = The community by region
home-region = Region
home-region-members = Members
home-region-without = Members without a contact
home-region-contacts = Contacts
home-region-unconfirmed = Contacts not confirmed
home-region-none = Without a region

## The own account

page-account = Your account
account-appointments = Your appointments
account-role = Role
account-member = Organisation
account-status = State
account-reason = What was said about it
account-no-appointments = You have no appointment.
account-name-flagged = Only the Secretariat may have your present name. Please change it in your profile; until then the directory does not show your entry.
account-mail-problem = Since { DAY($at, $zone) } announcements have not reached your e-mail address. If the address is right, confirm your entry; otherwise change the address.
account-places = What you can do here
account-to-profile = Profile
    .body = Name, language, job title, telephone, and who sees what
account-to-own-profile = Profile
    .body = Name, language, job title and telephone
account-to-own-entry = Your entry
    .body = What the Secretariat sees; the yearly confirmation
account-to-entry = Entry in the directory
    .body = As you see it and as others see it; the yearly confirmation
account-to-subscriptions = Subscriptions
    .body = Topics of announcements, and how often they come
account-to-security = Login and security
    .body = Password, e-mail address, second factors, passkeys
account-to-sessions = Sessions
    .body = Where you are logged in
account-to-tokens = API tokens
    .body = Access for your own programs and address books
account-to-history = History
    .body = What was done with your account, and when
account-to-data = Your data
    .body = Export everything, or have the account erased
account-back = Back to your account
account-optional = Optional
account-audience-secretariat = Only the Secretariat
account-audience-organisation = Your administration and the Secretariat
account-audience-region = Your region and the Secretariat
account-audience-members = The whole community
account-audience-public = Everyone
account-reader-organisation = A colleague of your administration
account-reader-region = A contact of another administration of your region
account-reader-members = A contact of another region
account-seen-by-organisation = This is what a colleague of your administration sees.
account-seen-by-region = This is what a contact of another administration of your region sees.
account-seen-by-members = This is what a contact of another region sees.

## The profile and its fields

page-profile = Your profile
profile-name-hint = Your coordinators, or the Secretariat, are told when your name changes.
profile-language-hint = The language of the e-mails that you receive. Pages, and e-mails of the portal itself, are in English or French. Announcements also come in the other languages, where their authors have written them.
profile-entry = Your entry in the directory
    .body = Your name, role and administration are visible to the whole community. You choose who sees the rest.
profile-phone-hint = With the country code, for example +221 33 800 00 00. A number without it is accepted, but cannot be called from other countries.
profile-languages-hint = Names of languages, separated by commas: French, English, Wolof
profile-save = Save the profile
profile-address = The e-mail address is changed on another page:
field-preferred_language = Language
field-email_audience = Who sees the e-mail address
field-job_title = Job title
field-job_title_audience = Who sees the job title
field-phone = Work telephone
field-phone_audience = Who sees the telephone number
field-languages = Languages spoken
field-languages_audience = Who sees the languages
field-technologies = Technologies known
field-technologies_audience = Who sees the technologies
notice-profile-saved = Your profile is saved. This is what it looks like.

## The entry

page-entry = Your entry in the directory
entry-of-agency = Your entry
    .body = The Secretariat sees this entry.
entry-seen-by = { $audience ->
        [secretariat] Seen by: the Secretariat alone
        [organisation] Seen by: your administration and the Secretariat
        [region] Seen by: your region and the Secretariat
        [public] Seen by: everyone
       *[members] Seen by: the whole community
    }
entry-eyes = See the entry as others see it:
entry-own-eyes = Your own view
entry-not-shown = not shown
entry-empty = not given
entry-change = Change the entry
entry-confirmations = Is everything right?
    .body = Once a year you confirm that you are still a contact and that the entry is right.
entry-not-listed = You have no appointment in force, so the directory does not show your entry and there is nothing to confirm.
entry-confirm = Confirm that this entry is right
notice-entry-confirmed = Thank you. Your entry is confirmed for a year.

## Subscriptions

subscriptions-next-digest = The next digest is sent on { DAY($at, $zone) } at { HOUR($at, $zone) } { ZONE($at, $zone) }.
notice-subscriptions-saved = Your choice is saved and applies from now on.

## The application

page-correct = Correct the application
    .body = An application was made with your address. Others may have used it: enter here what is right. The address stays, and nothing is passed on before you confirm it.
correct-button = Keep this application
page-apply = Apply to join the community
    .body = For people whom a Member administration has nominated as National Contact Point or coordinator.
apply-next = You will receive an e-mail with a link to choose your password. Your administration or the Secretariat then decides on the application.
apply-roles = What each role may do
apply-choose-member = Choose a Member
apply-choose-role = Choose a role
apply-member-missing = Choose your Member.
apply-email-hint = Your own address at work
apply-phone-hint = Optional. With the country code, for example +221 33 800 00 00. A number without it is accepted, but cannot be called from other countries.
apply-official-hint = Optional. Who has signed the letter of nomination
apply-button = Send the application
apply-known = You have an account already?
field-organisation = Member
field-role = Role
field-nominating_official = Nominating official
field-nomination_reference = Reference of the letter of nomination
page-applied = Please check your e-mail
applied-next = If no e-mail arrives within an hour, look into the folder for unwanted mail, then apply again or ask the Secretariat.

## The history

page-history = The history of your account
    .body = What the audit log says about you. If there is something that you did not do, change your password and tell the Secretariat.
history-empty = There is no entry yet.
history-at = When
history-what = What
history-who = Who
history-network = From which network
history-actor-self = You
history-actor-other = Another person
history-actor-unknown = Without a login

## Export and erasure

page-data = Your data
    .body = You can see and correct everything on the pages of your account.
data-export = Export
    .body = A file with everything that is held about you. The audit log records the export. You are asked to prove again that it is you.
    .button = Download everything as a ZIP file
data-erase = Erasure
    .body = You leave the community, and your personal data are erased.
    .link = Have the account erased
page-erase = Have your account erased
erase-appointments = All your appointments end at once, and the directory no longer shows you.
erase-login = You can no longer log in.
erase-grace = Your personal data are erased after { SPAN($days, "days") }. Until then a link that you receive by e-mail keeps the account; appointments that ended stay ended.
erase-log = The audit log stays. It contains no names.
erase-button = End all appointments and have the account erased
notice-account-leaving = Your account is closed. Your data are erased on { DAY($day) }; until then the link in the e-mail that you receive keeps the account.
