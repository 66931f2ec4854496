### The directory, members and technologies.

## The search

page-directory = Directory
directory-q = Search for people
    .hint = Part of a name, a job title, an administration or a telephone number, in any spelling.
directory-search = Search
directory-apply = Apply filters
directory-any = Any
directory-no-more = { $facet } (choose another)
directory-facet-region = Region
directory-facet-role = Role
directory-facet-confirmation = Confirmation
directory-facet-member = Administration
directory-facet-language = Languages spoken
directory-facet-technology = Technologies known
directory-filter-runs = Administration works with: { $technology }
directory-filter-willing-true = Administration is willing to talk
directory-filter-willing-false = Administration is not willing to talk
directory-chosen = Chosen filters
directory-remove = Remove filter: { $filter }
directory-found = { COUNT($count) ->
        [one] One contact
       *[other] { $count } contacts
    }
directory-nobody = Nobody was found. Try fewer words or fewer filters.
directory-all = Show all contacts
directory-stale = This address belonged to an older search. You see its first page.
directory-order = Order:
directory-order-name = by name
directory-order-member = by administration
directory-order-updated = last changed first
directory-name = Name
directory-role = Role
directory-member = Administration
directory-email = E-mail
directory-phone = Telephone
    .hint = With the country code, for example +221 33 800 00 00. A number without it is accepted, but cannot be called from other countries.
directory-job-title = Job title
directory-take-along = Download these contacts
directory-csv = As a table (CSV)
directory-xlsx = As a spreadsheet (XLSX)
directory-vcf = As vCards for an address book
directory-address-book = How to add the whole directory to a phone
directory-crumbs = Where you are

## A contact

directory-confirmed-at = Confirmed on
directory-updated-at = Last changed
directory-hidden-fields = Fields that the person does not show you are left out.
directory-card = Save as a vCard
directory-edit = Change this entry
directory-appointment = Appointment of this contact
directory-colleagues = All contacts of { $member }
page-contact-edit = Change the entry of { $name }
directory-edit-told = If this is not your own entry, the person gets a mail that says which fields were changed.
directory-languages-hint = By their names, with commas between: French, Wolof.
directory-audiences = Who sees the fields
    .how = For another person you can only narrow this. Only fields that you see yourself can be changed.
directory-audience-unchanged = Leave as it is
directory-audience-members = The whole community
directory-audience-region = The same region
directory-audience-organisation = The same administration
directory-audience-secretariat = The Secretariat alone
directory-save = Save changes
notice-contact-changed = The entry of { $name } was changed.

## The address book

page-address-book = The directory in your address book
address-book-what = Phones and mail programs can show the contacts of the directory in their address book, and keep them up to date by themselves (CardDAV).
address-book-token = Make an API token that may read the community, and keep its page open: the token is shown once.
address-book-to-tokens = Your API tokens
address-book-account = In the phone or the program, add an account of the kind CardDAV.
address-book-iphone = iPhone and iPad: Settings, Contacts, Accounts, Add Account, Other, Add CardDAV Account.
address-book-android = Android: an app such as DAVx5, Add account, with address and user name.
address-book-thunderbird = Thunderbird: Address Book, New Address Book, Add CardDAV Address Book.
address-book-enter = Enter there:
address-book-server = Server
address-book-user = User name
address-book-your-address = The e-mail address with which you log in
address-book-password = Password
address-book-password-is = The API token, not your own password
address-book-good-to-know = Good to know
address-book-read-only = The address book can only be read. Entries are changed in the portal.
address-book-visible = It holds what you may see in the directory, and nothing else.
address-book-lost = If you lose the device, revoke its token at once. Make a token of its own for each device.

## Members

page-members = Members
members-q = Search for a Member
    .hint = Any name or code, in any language and spelling.
members-search = Search
members-by-region = Members by region
members-by-region-on = Members by region on { DAY($at, $zone) }
members-on = Members on another day
members-on-show = Show that day
members-on-today = Show today
members-count = Members
members-with-contact = With a contact
members-total = All regions
members-unions = { COUNT($count) ->
        [one] one union
       *[other] { $count } unions
    }
members-and-unions = { $members } and { $unions }
members-found = { COUNT($count) ->
        [one] One Member
       *[other] { $count } Members
    }
members-all = Show all Members
members-nobody = No Member was found. Try another spelling.
member-status-active = As usual
member-status-suspended = Suspended
member-status-hidden = Hidden from the community
members-code = Code
members-also-called = Also called
members-languages = Official languages
members-since = Member since
members-left = Member until
members-domains = Domains of official mail
members-contacts = Contacts
members-no-contact = This Member has no contact in the directory.
members-no-adoption = This Member has not entered any technology yet.
members-edit = Change this Member
members-to-history = History of this Member
page-member-edit = Change { $member }
page-member-history = History of { $name } ({ $code })
members-history-what = Each change, the newest first, with the values that the changed fields had until then.
members-no-history = Nothing was changed yet.
members-no-region = None
members-field-name-en = English name
members-field-name-fr = French name
members-field-aliases = Further names
    .hint = One a line, with its language after a bar where it is known, as in: Ivory Coast | en
members-field-region = Region
members-field-languages = Official languages
members-field-default-language = Language of mail
    .hint = In which people of this Member are written to until they choose one.
members-field-mail-domains = Domains of official mail
    .hint = With commas between.
members-field-member-since = Day of accession
members-field-left-on = First day as no Member
    .hint = Empty while it is a Member.
members-field-status = Status
    .hint = A suspended Member is marked in lists. A hidden one is seen by the Secretariat alone, with its contacts.
notice-member-changed = { $member } was changed.

## Partner agencies

page-partners = Partner agencies
    .caption = Partner agencies, by their names
    .none = There is no partner agency here.
    .body = A partner agency belongs to a Member and answers surveys of its own. It is not on the list of Members.
members-partners = Partner agencies of this Member
link-partners = All partner agencies
link-back-to-partner = Back to the partner agency
th-belongs-to = Belongs to
partner-ended = ended
partner-since = Asked from
    .hint = The first day on which rounds ask it. Empty if it was always there.
partner-until = No longer asked from
    .hint = Rounds that open on this day or later do not ask it. Empty while it is asked.
partner-status = No round asks an agency that is suspended or hidden. A hidden one is seen by the Secretariat only, with its contacts.
partner-all-people = All people of this agency
partner-to-history = History of this agency
partner-people = People
    .caption = People and open invitations
    .none = Nobody is invited yet.
partner-rounds = Rounds
    .caption = Rounds that ask this agency
    .none = No round has asked it yet.
partner-new = New partner agency
    .body = Its people are invited afterwards. Rounds of surveys for partner agencies ask it as soon as it is there, if they open later.
    .button = Create the agency
    .code = Letters, digits, hyphens and underscores, at least three, as in SN-PORT. It cannot be changed later.
    .language = The language of its Member
partner-edit = Change { $name }
    .body = What changes is kept in the history of the agency.
    .button = Change the agency
partner-end = End { $name }
    .body = No round that opens from this day on asks the agency. Rounds that are open go on, and its people keep their appointments until you end these. To take this back, empty the day on the page for changes.
    .button = End the agency
notice-partner-added = { $name } is added. You can invite its people now.
notice-partner-ends = { $name } is no longer asked from { DAY($at, $zone) }.

## Technologies

page-technologies = Technologies
technologies-what = What the members do with each technology, as their coordinators say.
technologies-counts = Members by technology and stage
technologies-technology = Technology
technologies-focus = Focus of the project
technologies-status = Stage
technologies-since = Since
    .hint = A year, a month or a day, as in 2024, 2024-05 or 2024-05-31.
technologies-willing = Will talk about it
technologies-willing-to-talk = Our people are willing to talk about it
technologies-yes = Yes
technologies-people = People who know this technology
technologies-talk = People of members that work with it and will talk
technologies-members = Members and their stages
technologies-nobody = No Member has entered this technology yet.
technologies-edit = Edit technologies
technologies-edit-how = Choose a stage for each technology that the administration uses or plans. The others stay out of the lists.
technologies-nothing = Nothing said
page-adoption-edit = Technologies of { $member }
notice-adoption-changed = What { $member } says of technologies was changed.
technology-status-none = Not planned
technology-status-considering = Considered
technology-status-planned = Planned
technology-status-under_development = Under development
technology-status-in_use = In use
technology-status-retired = Retired
