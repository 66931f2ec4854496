### Files that people send, imports, and further appointments.

field-file = File
field-charset = Encoding of the file (optional)
field-sheet = Name of the sheet (optional)
field-skip_errors = Rows in error
upload-unreadable = The file is of no kind that is accepted here, or it is incomplete. Save it again in one of the formats named above, and choose it once more.
upload-row = Row { $row }: { $fault }
notice-file-again = You are logged in. Nothing was saved before: please fill in the form and choose the file again.

## The letter of nomination

th-letter-size = Size
th-letter-at = Handed in on
th-letter-by = Handed in by
letter-size = { SIZE($size) }
letter-by-yourself = You
letter-hint = A PDF document, or a PNG or JPEG image, of at most { SIZE($max) }.
letter-hand-in = Hand in the letter of nomination: { $name }
    .body = The letter is for those who decide on the appointment: the coordinators of the administration and the Secretariat. Nobody else can read it.
    .button = Hand in the letter
letter-replace = Replace the letter of nomination: { $name }
    .body = The new letter takes the place of the present one, which is deleted.
    .button = Replace the letter
letter-remove = Remove the letter of nomination: { $name }
    .body = The letter is deleted now and cannot be restored. The appointment stays as it is.
    .button = Remove the letter
notice-letter-handed-in = The letter { $name } is handed in.
notice-letter-removed = The letter is removed.
link-letter-hand-in = Hand in the letter of nomination
link-letter-replace = Replace the letter of nomination
link-letter-remove = Remove the letter of nomination
home-hand-in = Hand in the letter of nomination ({ $organisation })
home-letter = The letter of nomination is handed in: { $file }
home-replace-letter = Replace the letter of nomination ({ $organisation })

## Imports of invitations

link-import = Invite people by a file
page-import = Invite people by a file
    .body = Send a CSV file or an XLSX workbook with one row for each person. The first rows may be titles; one row names the columns.
    .nobody = Nobody is invited yet: you first see what each row means, and which rows are in error.
    .button = Check the file
import-sheet-hint = For a workbook with several sheets. If you leave it empty, the first visible sheet with named columns is read.
import-charset-hint = For a CSV file, where letters with accents were misread.
import-charset-found = As the file says
import-file-hint = At most { SIZE($bytes) } and { $rows } rows.
charset-utf-8 = Unicode (UTF-8)
charset-windows-1252 = Western Europe (Windows-1252)
charset-windows-1250 = Central Europe (Windows-1250)
charset-windows-1251 = Cyrillic (Windows-1251)
charset-windows-1256 = Arabic (Windows-1256)
charset-gb18030 = Chinese (GB 18030)
import-example = Example of such a file (CSV)
import-example-name = people
import-columns = Columns of the file
    .caption = Columns of the file
    .none = There are no columns.
import-needed = Yes
import-optional = No
th-column = Column
th-needed = Required
th-column-names = Names that are understood
th-column-holds = Content
sheet-column-email = E-mail address
    .names = email, e-mail address, courriel
    .holds = The address at work
    .example = awa.ndiaye@customs.example
sheet-column-name = Name
    .names = name, full name, family name, nom
    .holds = The whole name, or the family name beside a column of given names
    .example = Ndiaye
sheet-column-given_name = Given name
    .names = given name, first name, prénom
    .holds = The given name, where it has a column of its own
    .example = Awa
sheet-column-organisation = Organisation
    .names = organisation, administration, member, country, code, pays
    .holds = The two-letter code or the name of the Member, as in SN or Senegal
    .example = SN
sheet-column-role = Role
    .names = role, rôle
    .holds = ncp, coordinator, contributor or partner, or the words for them
    .example = ncp
sheet-column-job_title = Job title
    .names = job title, position, fonction
    .holds = The post of the person
    .example = Head of innovation
sheet-column-phone = Telephone
    .names = phone, telephone, téléphone
    .holds = The number at work with its country code, in a cell formatted as text
    .example = +221 33 800 00 00
sheet-column-language = Language of the invitation
    .names = language, langue
    .holds = en, fr, es, ar, ru or pt; English and French where it is empty
    .example = fr
sheet-column-languages = Languages spoken
    .names = languages, langues
    .holds = Two-letter codes with commas between them, as in fr, en, wo
    .example = fr, en, wo
sheet-column-official = Nominated by
    .names = official, nominated by, autorité
    .holds = Name or office of the person who nominates
    .example = The Director General
sheet-column-reference = Reference of the letter
    .names = reference, letter reference, référence
    .holds = The reference of the letter of nomination
    .example = DG/2026/15
sheet-column-valid_to = Last day of the mandate
    .names = valid to, mandate ends, fin de mandat
    .holds = A day, as in 2027-06-30; empty where the mandate has no end
    .example = 2027-06-30
page-plan = What the file means
    .body = Nobody is invited yet. Rows in error come first. To correct a row, correct the file and send it again.
import-rows = Rows of the file
    .caption = Rows of the file
    .none = There is no such row.
import-only-errors = Only rows in error
th-row = Row
th-verdict = What becomes of it
th-why = Reason
import-fault = { $column }: { $fault }
import-unknown-role = “{ $value }” is not a role. Possible: { $roles }.
import-action-invite = To be invited
import-action-skip = Ignored
import-action-error = In error
import-count-invite = Rows that invite
import-count-skip = Rows that are ignored
import-count-error = Rows in error
import-until = Can be carried out until
import-charset = Encoding
import-sheet = Sheet
import-other-sheets = Sheets that were not read
import-ignored = Columns that were not read
import-hidden-columns = Hidden columns, which were not read
import-hidden-rows = Hidden rows, which invite nobody
import-hidden-cells = Hidden cells, which were not read
import-commit-link = { COUNT($count) ->
        [one] Invite one person
       *[other] Invite { $count } people
    }
import-commit = { COUNT($name) ->
        [one] Invite one person?
       *[other] Invite { $name } people?
    }
    .body = { COUNT($name) ->
        [one] The person gets an e-mail now with a link, which is good once and for 14 days. An e-mail cannot be called back.
       *[other] Each of these { $name } people gets an e-mail now with a link, which is good once and for 14 days. E-mails cannot be called back.
    }
    .button = { COUNT($name) ->
        [one] Invite one person
       *[other] Invite { $name } people
    }
import-skip = { COUNT($count) ->
        [one] Leave out one row in error
       *[other] Leave out { $count } rows in error
    }
import-skip-needed = Some rows are in error, so nobody was invited. Choose to leave them out, or correct the file and send it again.
import-back = Back to the rows of the file
import-expired = This plan has expired
    .body = A file can be carried out within an hour after it was checked. Nobody was invited. Please send the file again.
import-committed = The people of this file are invited
    .body = This file was carried out and cannot be carried out again. For more people, send another file.
import-invited = { COUNT($count) ->
        [0] Nobody was invited.
        [one] One person is invited.
       *[other] { $count } people are invited.
    }
import-left-out = { COUNT($count) ->
        [one] One row was left out: { $rows }. Its address has received several links lately, or somebody else invited the person at the same moment. You can invite the person in an hour.
       *[other] { $count } rows were left out: { $rows }. Their addresses have received several links lately, or somebody else invited the people at the same moment. You can invite them in an hour.
    }
import-another = Send a file

## Imports of suppressions

page-suppressions-import = Suppress the addresses of a file
    .body = Send a CSV file with one address in each row, as the list is downloaded. No announcement is sent to these addresses any more. If one row is in error, no address is suppressed.
    .button = Suppress the addresses
suppressions-charset-hint = Its name, as in windows-1252, where letters with accents were misread.
suppressions-file-hint = A CSV file of at most { SIZE($bytes) }.
suppressions-columns = Columns of the file
    .caption = Columns of the file
    .none = There are no columns.
suppressions-address-holds = The e-mail address
suppressions-reason-code = { $code } ({ $meaning }).
notice-suppressions-imported = { COUNT($read) ->
        [0] No address was read.
        [one] One address was read; suppressed: { $count }.
       *[other] { $read } addresses were read; suppressed: { $count }.
    }

## Further appointments

link-appoint = Appoint this person to a further role
appoint = Appoint { $name } to a further role
    .body = The new appointment is in force at once, { $name } is listed in the directory for it, and is told by e-mail. The present appointment stays as it is.
    .button = Appoint { $name }
notice-appointed = { $name } is appointed.
link-invite-successor = Invite a successor
successor-invite = Invite a successor of { $name }
    .body = The person gets a link by e-mail, which is good once and for 14 days. When the person accepts, the appointment of { $name } ends.
    .button = Invite the successor
page-own-appointments = Your appointments
    .body = Each appointment has a page of its own, which says what you can do there.
    .caption = Your appointments
    .none = You have no appointment.
link-apply-further = Apply for a further appointment
appointment-others = Your other appointments
appointment-other = { $role } ({ $organisation }), { $state }
apply-further = Apply for a further appointment
    .body = The coordinators of the administration, or the Secretariat, decide on your application. Your present appointments stay as they are.
    .button = Send the application
notice-applied-further = Your application is sent. You can hand in the letter of nomination here.
