### Reading announcements, topics, sending rate, suppressions.

page-announcements = Announcements
announcements-official = Official notice
announcements-all = All announcements
announcements-which = Which announcements
announcements-show-all = All announcements
announcements-show-unread = Unread announcements
announcements-unread = { COUNT($count) ->
        [0] You have no unread announcements.
        [one] You have { $count } unread announcement.
       *[other] You have { $count } unread announcements.
    }
announcements-unread-many = You have more than { $count } unread announcements.
announcements-mark-all = Mark all as read
announcements-none = No announcement has been sent to you yet. New announcements are listed here and sent to you by e-mail.
announcements-none-unread = You have no unread announcement.
announcements-column-subject = Subject
announcements-column-topic = Topic
announcements-column-language = Language
announcements-column-sent = Sent on
announcements-column-state = State
announcements-tag-unread = Unread
announcements-tag-read = Read
announcements-to-acknowledge = Please confirm that you have read it
announcements-acknowledged = You have confirmed that you read it
announcements-subscriptions = Choose how you receive announcements
announcements-offices = For the Secretariat
announcements-manage = Write and manage announcements
page-announcement-closed = This announcement is not available to you
    .body = This announcement is available only to its recipients, or the link is no longer valid. If you are one of them, use the whole link in your e-mail, or log in to read it on the portal.
announcement-sender = From
announcement-secretariat = The Secretariat ({ $community })
announcement-not-sent = Not sent
announcement-acknowledged-on = You confirmed that you read it on
announcement-language-missing = This announcement is not available in { $page }. The text below is in { $text }.
announcement-language-chosen = The text below is in { $text }.
announcement-languages = This announcement in other languages
announcement-read-in = Read this announcement in { $language }
announcement-asks = Please confirm
    .body = The Secretariat asks you to confirm that you have read this announcement.
announcement-acknowledge = I have read this announcement
announcement-mark-read = Mark as read
announcement-mark-unread = Mark as unread
announcement-progress = Sending of this announcement
notice-announcement-acknowledged = Thank you. Your acknowledgement is recorded.
notice-announcement-read = The announcement is marked as read.
notice-announcement-unread = The announcement is marked as unread.
notice-announcements-all-read = All announcements are marked as read.

page-topics = Topics of announcements
    .body = Members choose the topics about which they receive announcements. A topic is not deleted; it can be closed to new announcements.
page-topic-new = New topic
page-topic = Topic “{ $topic }”
topics-none = There are no topics yet. Without topics, every announcement is an official notice, which everybody receives.
topics-column-name = Name
topics-column-code = Code
topics-column-languages = Languages of the name
topics-column-use = Use
topics-column-change = Change
topics-in-use = In use
topics-retired = Closed
topics-edit = Change “{ $topic }”
topic-code-hint = A short code for programs, for example news. It cannot be changed later.
topic-name-in = Name ({ $language })
topic-names-hint = The English and French names are required.
field-retired = Closed to new announcements
topic-retired-hint = A closed topic is no longer offered for new announcements and subscriptions. What people have chosen is kept in case it is opened again.
topic-create = Create topic
topic-save = Save topic
notice-topic-created = The topic “{ $topic }” has been created.
notice-topic-changed = The topic “{ $topic }” has been saved.

page-sending-rate = Sending rate
    .body = The rate at which e-mails of announcements are sent. A change takes effect within two seconds, also for announcements that are being sent. Links and decisions that people wait for are sent at once.
field-per_minute = E-mails per minute, in total
rate-per-minute-hint = Leave it empty to send as fast as the mail server accepts e-mails.
rate-domains = Domains with a lower rate
rate-domains-hint = The domain is the part of an address after the @. To remove a domain, empty its three fields. Save to get more rows.
rate-domain = Domain
rate-per-minute = E-mails per minute
rate-connections = E-mails at the same time
rate-domain-number = Domain { $number }
rate-per-minute-number = E-mails per minute, domain { $number }
rate-connections-number = E-mails at the same time, domain { $number }
rate-all = In total
rate-unlimited = No limit
rate-save = Save sending rate
rate-now = Current settings
    .body = Another person changed the sending rate while you were editing. These are the settings now; your own are in the form below. Saving replaces the current settings.
notice-sending-rate-set = The sending rate has been saved.

page-suppressions = Suppressed addresses
    .body = Announcements are not sent to these addresses. What people request themselves, such as a link for a new password, is still sent.
page-suppression-new = Suppress an address
    .body = No announcements are sent to this address any more, until it is removed from the list.
page-suppression-remove = Remove an address from the list
    .body = Announcements will be sent to this address again. If its owner complained about an e-mail, ask for their agreement first. If e-mails are returned again, the address is added to the list again.
suppressions-search = Search
suppressions-search-hint = The beginning of the address, or the whole address.
suppressions-every-reason = All reasons
suppressions-chosen-address = address begins with “{ $address }”
suppressions-none = No address is suppressed.
suppressions-none-found = No suppressed address matches these filters.
field-address = Address
suppressions-column-source = Source
suppressions-column-since = Since
suppressions-column-until = Until
suppressions-column-remove = Remove
suppressions-no-end = No end
suppressions-remove = Remove { $address }
suppressions-remove-button = Remove this address from the list
suppressions-add = Suppress this address
suppressions-download = Download the list (CSV)
suppressions-back = All suppressed addresses
suppression-reason-soft_bounces = E-mails were returned several times
suppression-reason-hard_bounce = The address does not exist
suppression-reason-complaint = The reader marked an e-mail as spam
suppression-reason-manual = Added by the Secretariat
suppression-source-report = Report of a mail server
suppression-source-secretariat = Secretariat
suppression-source-import = Imported file
notice-address-suppressed = Announcements are no longer sent to { $address }.
notice-address-released = Announcements are sent to { $address } again.

page-bounces = Unreadable delivery reports
    .body = Messages of the last thirty days that arrived as reports about e-mails and that the portal could not interpret. None of them has an effect. If an address no longer works, suppress it.
page-bounce = Unreadable delivery report
    .body = The beginning of its text, without links and other secrets. Anybody can send such a message: do not trust what it says.
bounces-total = { COUNT($count) ->
        [0] There are no such reports.
        [one] { $count } report is kept.
       *[other] { $count } reports are kept.
    }
bounces-left-out = { COUNT($count) ->
        [one] { $count } more was left out because there were too many.
       *[other] { $count } more were left out because there were too many.
    }
bounces-column-subject = Subject
bounces-column-sender = Sender
bounces-column-received = Received on
bounces-column-mail = About
bounces-no-subject = Without a subject
bounces-mail-known = An e-mail of the portal
bounces-mail-unknown = Unknown
bounces-back = All unreadable delivery reports
