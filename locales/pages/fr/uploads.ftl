### Fichiers transmis, importations et mandats supplémentaires.

field-file = Fichier
field-charset = Encodage du fichier (facultatif)
field-sheet = Nom de la feuille (facultatif)
field-skip_errors = Lignes en erreur
upload-unreadable = Le fichier n’est d’aucun type admis ici, ou il est incomplet. Enregistrez-le de nouveau dans l’un des formats indiqués ci-dessus, puis choisissez-le encore une fois.
upload-row = Ligne { $row } : { $fault }
notice-file-again = Votre connexion est rétablie. Rien n’avait été enregistré : veuillez remplir le formulaire et choisir de nouveau le fichier.

## La lettre de désignation

th-letter-size = Taille
th-letter-at = Remise le
th-letter-by = Remise par
letter-size = { SIZE($size) }
letter-by-yourself = Vous
letter-hint = Un document PDF, ou une image PNG ou JPEG, de { SIZE($max) } au maximum.
letter-hand-in = Remettre la lettre de désignation : { $name }
    .body = La lettre s’adresse aux personnes qui statuent sur le mandat : la coordination de l’administration et le Secrétariat. Personne d’autre ne peut la lire.
    .button = Remettre la lettre
letter-replace = Remplacer la lettre de désignation : { $name }
    .body = La nouvelle lettre prend la place de la lettre actuelle, qui est supprimée.
    .button = Remplacer la lettre
letter-remove = Supprimer la lettre de désignation : { $name }
    .body = La lettre est supprimée immédiatement et ne pourra pas être rétablie. Le mandat reste inchangé.
    .button = Supprimer la lettre
notice-letter-handed-in = La lettre { $name } est remise.
notice-letter-removed = La lettre est supprimée.
link-letter-hand-in = Remettre la lettre de désignation
link-letter-replace = Remplacer la lettre de désignation
link-letter-remove = Supprimer la lettre de désignation
home-hand-in = Remettre la lettre de désignation ({ $organisation })
home-letter = La lettre de désignation est remise : { $file }
home-replace-letter = Remplacer la lettre de désignation ({ $organisation })

## Importation d’invitations

link-import = Inviter des personnes au moyen d’un fichier
page-import = Inviter des personnes au moyen d’un fichier
    .body = Transmettez un fichier CSV ou un classeur XLSX avec une ligne par personne. Les premières lignes peuvent être des titres ; une ligne nomme les colonnes.
    .nobody = Personne n’est encore invité : vous voyez d’abord ce que signifie chaque ligne et quelles lignes sont en erreur.
    .button = Vérifier le fichier
import-sheet-hint = Pour un classeur de plusieurs feuilles. Si vous laissez ce champ vide, la première feuille visible dont les colonnes sont nommées est lue.
import-charset-hint = Pour un fichier CSV dont les lettres accentuées ont été mal lues.
import-charset-found = Celui du fichier
import-file-hint = { SIZE($bytes) } et { $rows } lignes au maximum.
charset-utf-8 = Unicode (UTF-8)
charset-windows-1252 = Europe occidentale (Windows-1252)
charset-windows-1250 = Europe centrale (Windows-1250)
charset-windows-1251 = Cyrillique (Windows-1251)
charset-windows-1256 = Arabe (Windows-1256)
charset-gb18030 = Chinois (GB 18030)
import-example = Exemple d’un tel fichier (CSV)
import-example-name = personnes
import-columns = Colonnes du fichier
    .caption = Colonnes du fichier
    .none = Il n’y a pas de colonnes.
import-needed = Oui
import-optional = Non
th-column = Colonne
th-needed = Obligatoire
th-column-names = Noms reconnus
th-column-holds = Contenu
sheet-column-email = Adresse électronique
    .names = email, courriel, adresse électronique
    .holds = L’adresse professionnelle
    .example = awa.ndiaye@customs.example
sheet-column-name = Nom
    .names = name, nom, nom et prénom, nom de famille
    .holds = Le nom complet, ou le nom de famille à côté d’une colonne de prénoms
    .example = Ndiaye
sheet-column-given_name = Prénom
    .names = given name, prénom
    .holds = Le prénom, s’il a sa propre colonne
    .example = Awa
sheet-column-organisation = Organisation
    .names = organisation, administration, membre, pays, code
    .holds = Le code à deux lettres ou le nom du Membre, par exemple SN ou Sénégal
    .example = SN
sheet-column-role = Rôle
    .names = role, rôle
    .holds = ncp, coordinator, contributor ou partner, ou les mots qui les désignent
    .example = ncp
sheet-column-job_title = Fonction
    .names = job title, fonction, poste
    .holds = Le poste de la personne
    .example = Cheffe de l’innovation
sheet-column-phone = Téléphone
    .names = phone, téléphone
    .holds = Le numéro professionnel avec l’indicatif du pays, dans une cellule au format texte
    .example = +221 33 800 00 00
sheet-column-language = Langue de l’invitation
    .names = language, langue
    .holds = en, fr, es, ar, ru ou pt ; français et anglais si elle est vide
    .example = fr
sheet-column-languages = Langues parlées
    .names = languages, langues
    .holds = Codes à deux lettres séparés par des virgules, par exemple fr, en, wo
    .example = fr, en, wo
sheet-column-official = Autorité de désignation
    .names = official, autorité, désigné par
    .holds = Nom ou fonction de la personne qui désigne
    .example = Le Directeur général
sheet-column-reference = Référence de la lettre
    .names = reference, référence de la lettre
    .holds = La référence de la lettre de désignation
    .example = DG/2026/15
sheet-column-valid_to = Dernier jour du mandat
    .names = valid to, fin de mandat, date de fin
    .holds = Un jour, par exemple 2027-06-30 ; vide si le mandat n’a pas de fin
    .example = 2027-06-30
page-plan = Ce que signifie le fichier
    .body = Personne n’est encore invité. Les lignes en erreur figurent en premier. Pour corriger une ligne, corrigez le fichier et transmettez-le de nouveau.
import-rows = Lignes du fichier
    .caption = Lignes du fichier
    .none = Il n’y a pas de telle ligne.
import-only-errors = Seulement les lignes en erreur
th-row = Ligne
th-verdict = Suite donnée
th-why = Motif
import-fault = { $column } : { $fault }
import-unknown-role = « { $value } » n’est pas un rôle. Possibles : { $roles }.
import-action-invite = À inviter
import-action-skip = Ignorée
import-action-error = En erreur
import-count-invite = Lignes qui invitent
import-count-skip = Lignes ignorées
import-count-error = Lignes en erreur
import-until = Utilisable jusqu’au
import-charset = Encodage
import-sheet = Feuille
import-other-sheets = Feuilles non lues
import-ignored = Colonnes non lues
import-hidden-columns = Colonnes masquées, non lues
import-hidden-rows = Lignes masquées, qui n’invitent personne
import-hidden-cells = Cellules masquées, non lues
import-commit-link = { COUNT($count) ->
        [one] Inviter une personne
       *[other] Inviter { $count } personnes
    }
import-commit = { COUNT($name) ->
        [one] Inviter une personne ?
       *[other] Inviter { $name } personnes ?
    }
    .body = { COUNT($name) ->
        [one] La personne reçoit maintenant un courriel avec un lien, utilisable une fois et pendant 14 jours. Un courriel ne peut pas être rappelé.
       *[other] Chacune de ces { $name } personnes reçoit maintenant un courriel avec un lien, utilisable une fois et pendant 14 jours. Un courriel ne peut pas être rappelé.
    }
    .button = { COUNT($name) ->
        [one] Inviter une personne
       *[other] Inviter { $name } personnes
    }
import-skip = { COUNT($count) ->
        [one] Laisser de côté une ligne en erreur
       *[other] Laisser de côté { $count } lignes en erreur
    }
import-skip-needed = Des lignes sont en erreur : personne n’a été invité. Choisissez de les laisser de côté, ou corrigez le fichier et transmettez-le de nouveau.
import-back = Retour aux lignes du fichier
import-expired = La vérification de ce fichier a expiré
    .body = Un fichier est utilisable dans l’heure qui suit sa vérification. Personne n’a été invité. Veuillez transmettre de nouveau le fichier.
import-committed = Les personnes de ce fichier sont invitées
    .body = Ce fichier a été utilisé et ne peut plus l’être. Pour d’autres personnes, transmettez un autre fichier.
import-invited = { COUNT($count) ->
        [0] Personne n’a été invité.
        [one] Une personne est invitée.
       *[other] { $count } personnes sont invitées.
    }
import-left-out = { COUNT($count) ->
        [one] Une ligne a été laissée de côté : { $rows }. Son adresse a reçu plusieurs liens récemment, ou une autre personne l’a invitée au même moment. Vous pourrez l’inviter dans une heure.
       *[other] { $count } lignes ont été laissées de côté : { $rows }. Leurs adresses ont reçu plusieurs liens récemment, ou une autre personne les a invitées au même moment. Vous pourrez les inviter dans une heure.
    }
import-another = Transmettre un fichier

## Importation d’adresses bloquées

page-suppressions-import = Bloquer les adresses d’un fichier
    .body = Transmettez un fichier CSV avec une adresse par ligne, tel que la liste se télécharge. Aucune annonce n’est plus envoyée à ces adresses. Si une ligne est en erreur, aucune adresse n’est bloquée.
    .button = Bloquer les adresses
suppressions-charset-hint = Son nom, par exemple windows-1252, si des lettres accentuées ont été mal lues.
suppressions-file-hint = Un fichier CSV de { SIZE($bytes) } au maximum.
suppressions-columns = Colonnes du fichier
    .caption = Colonnes du fichier
    .none = Il n’y a pas de colonnes.
suppressions-address-holds = L’adresse électronique
suppressions-reason-code = { $code } ({ $meaning }).
notice-suppressions-imported = { COUNT($read) ->
        [0] Aucune adresse n’a été lue.
        [one] Une adresse a été lue ; bloquées : { $count }.
       *[other] { $read } adresses ont été lues ; bloquées : { $count }.
    }

## Mandats supplémentaires

link-appoint = Confier un autre rôle à cette personne
appoint = Confier un autre rôle : { $name }
    .body = Le nouveau mandat est en vigueur immédiatement, { $name } figure à ce titre dans l’annuaire et en est informé par courriel. Le mandat actuel reste inchangé.
    .button = Désigner { $name }
notice-appointed = Le nouveau mandat est en vigueur : { $name }
link-invite-successor = Inviter un successeur
successor-invite = Inviter un successeur : { $name }
    .body = Le successeur reçoit par courriel un lien, utilisable une fois et pendant 14 jours. Dès que l’invitation est acceptée, le mandat de { $name } prend fin.
    .button = Inviter le successeur
page-own-appointments = Vos mandats
    .body = Chaque mandat a sa propre page, qui indique ce que vous pouvez y faire.
    .caption = Vos mandats
    .none = Vous n’avez aucun mandat.
link-apply-further = Demander un mandat supplémentaire
appointment-others = Vos autres mandats
appointment-other = { $role } ({ $organisation }), { $state }
apply-further = Demander un mandat supplémentaire
    .body = La coordination de l’administration, ou le Secrétariat, statue sur votre demande. Vos mandats actuels restent inchangés.
    .button = Envoyer la demande
notice-applied-further = Votre demande est envoyée. Vous pouvez remettre ici la lettre de désignation.
