### La lecture des annonces, les thèmes, le rythme d’envoi, les adresses bloquées.

page-announcements = Annonces
announcements-official = Avis officiel
announcements-all = Toutes les annonces
announcements-which = Annonces à afficher
announcements-show-all = Toutes les annonces
announcements-show-unread = Annonces non lues
announcements-unread = { COUNT($count) ->
        [0] Vous n’avez aucune annonce non lue.
        [one] Vous avez { $count } annonce non lue.
       *[other] Vous avez { $count } annonces non lues.
    }
announcements-unread-many = Vous avez plus de { $count } annonces non lues.
announcements-mark-all = Tout marquer comme lu
announcements-none = Aucune annonce ne vous a encore été envoyée. Les nouvelles annonces figurent ici et vous sont envoyées par courriel.
announcements-none-unread = Vous n’avez aucune annonce non lue.
announcements-column-subject = Objet
announcements-column-topic = Thème
announcements-column-language = Langue
announcements-column-sent = Envoyée le
announcements-column-state = État
announcements-tag-unread = Non lue
announcements-tag-read = Lue
announcements-to-acknowledge = Lecture à confirmer
announcements-acknowledged = Lecture confirmée
announcements-subscriptions = Choisir comment recevoir les annonces
announcements-offices = Pour le Secrétariat
announcements-manage = Rédiger et gérer les annonces
page-announcement-closed = Vous n’avez pas accès à cette annonce
    .body = Cette annonce est réservée à ses destinataires, ou le lien n’est plus valable. Si vous en faites partie, utilisez le lien complet de votre courriel, ou connectez-vous pour lire l’annonce sur le portail.
announcement-sender = De
announcement-secretariat = Le Secrétariat ({ $community })
announcement-not-sent = Non envoyée
announcement-acknowledged-on = Lecture confirmée le
announcement-language-missing = Cette annonce n’existe pas dans la langue de cette page ({ $page }). Langue du texte ci-dessous : { $text }.
announcement-language-chosen = Langue du texte ci-dessous : { $text }.
announcement-languages = Cette annonce dans d’autres langues
announcement-read-in = Lire cette annonce dans une autre langue : { $language }
announcement-asks = Confirmation demandée
    .body = Le Secrétariat vous prie de confirmer que vous en avez pris connaissance.
announcement-acknowledge = J’ai lu cette annonce
announcement-mark-read = Marquer comme lue
announcement-mark-unread = Marquer comme non lue
announcement-progress = État de l’envoi de cette annonce
notice-announcement-acknowledged = Merci. Votre confirmation de lecture est enregistrée.
notice-announcement-read = L’annonce est marquée comme lue.
notice-announcement-unread = L’annonce est marquée comme non lue.
notice-announcements-all-read = Toutes les annonces sont marquées comme lues.

page-topics = Thèmes des annonces
    .body = Les Membres choisissent les thèmes sur lesquels ils reçoivent des annonces. Un thème n’est pas supprimé ; il peut être fermé aux nouvelles annonces.
page-topic-new = Nouveau thème
page-topic = Thème « { $topic } »
topics-none = Il n’y a pas encore de thème. Sans thème, toute annonce est un avis officiel, que tout le monde reçoit.
topics-column-name = Nom
topics-column-code = Code
topics-column-languages = Langues du nom
topics-column-use = Utilisation
topics-column-change = Modifier
topics-in-use = Utilisé
topics-retired = Fermé
topics-edit = Modifier « { $topic } »
topic-code-hint = Un code court pour les programmes, par exemple news. Il ne peut plus être modifié ensuite.
topic-name-in = Nom ({ $language })
topic-names-hint = Les noms anglais et français sont obligatoires.
field-retired = Fermé aux nouvelles annonces
topic-retired-hint = Un thème fermé n’est plus proposé pour de nouvelles annonces ni pour les abonnements. Les choix déjà faits sont conservés pour le cas où il serait rouvert.
topic-create = Créer le thème
topic-save = Enregistrer le thème
notice-topic-created = Le thème « { $topic } » est créé.
notice-topic-changed = Le thème « { $topic } » est enregistré.

page-sending-rate = Rythme d’envoi
    .body = Le rythme auquel partent les courriels des annonces. Une modification prend effet en deux secondes, y compris pour les annonces en cours d’envoi. Les liens et les décisions que l’on attend partent aussitôt.
field-per_minute = Courriels par minute, au total
rate-per-minute-hint = Laissez ce champ vide pour envoyer aussi vite que le serveur de messagerie l’accepte.
rate-domains = Domaines à rythme réduit
rate-domains-hint = Le domaine est la partie de l’adresse qui suit le @. Pour retirer un domaine, videz ses trois champs. Enregistrez pour obtenir d’autres lignes.
rate-domain = Domaine
rate-per-minute = Courriels par minute
rate-connections = Courriels simultanés
rate-domain-number = Domaine { $number }
rate-per-minute-number = Courriels par minute, domaine { $number }
rate-connections-number = Courriels simultanés, domaine { $number }
rate-all = Au total
rate-unlimited = Sans limite
rate-save = Enregistrer le rythme d’envoi
rate-now = Réglages actuels
    .body = Une autre personne a modifié le rythme d’envoi pendant votre saisie. Voici les réglages actuels ; les vôtres figurent dans le formulaire ci-dessous. L’enregistrement remplace les réglages actuels.
notice-sending-rate-set = Le rythme d’envoi est enregistré.

page-suppressions = Adresses bloquées
    .body = Les annonces ne sont pas envoyées à ces adresses. Ce que l’on demande soi-même, comme un lien pour un nouveau mot de passe, est envoyé malgré tout.
page-suppression-new = Bloquer une adresse
    .body = Aucune annonce ne sera plus envoyée à cette adresse tant qu’elle figure sur la liste.
page-suppression-remove = Retirer une adresse de la liste
    .body = Les annonces seront de nouveau envoyées à cette adresse. Si son titulaire s’est plaint d’un courriel, demandez d’abord son accord. Si des courriels reviennent encore, l’adresse sera remise sur la liste.
suppressions-search = Rechercher
suppressions-search-hint = Le début de l’adresse, ou l’adresse entière.
suppressions-every-reason = Tous les motifs
suppressions-chosen-address = l’adresse commence par « { $address } »
suppressions-none = Aucune adresse n’est bloquée.
suppressions-none-found = Aucune adresse bloquée ne correspond à ces filtres.
field-address = Adresse
suppressions-column-source = Origine
suppressions-column-since = Depuis le
suppressions-column-until = Jusqu’au
suppressions-column-remove = Retirer
suppressions-no-end = Sans fin
suppressions-remove = Retirer { $address }
suppressions-remove-button = Retirer cette adresse de la liste
suppressions-add = Bloquer cette adresse
suppressions-download = Télécharger la liste (CSV)
suppressions-back = Toutes les adresses bloquées
suppression-reason-soft_bounces = Des courriels sont revenus plusieurs fois
suppression-reason-hard_bounce = L’adresse n’existe pas
suppression-reason-complaint = Un courriel a été signalé comme indésirable
suppression-reason-manual = Ajoutée par le Secrétariat
suppression-source-report = Rapport d’un serveur de messagerie
suppression-source-secretariat = Secrétariat
suppression-source-import = Fichier importé
notice-address-suppressed = Les annonces ne sont plus envoyées à { $address }.
notice-address-released = Les annonces sont de nouveau envoyées à { $address }.

page-bounces = Rapports de remise illisibles
    .body = Les messages des trente derniers jours qui sont arrivés comme rapports sur des courriels et que le portail n’a pas pu interpréter. Aucun n’a d’effet. Si une adresse ne fonctionne plus, bloquez-la.
page-bounce = Rapport de remise illisible
    .body = Le début de son texte, sans liens ni autres secrets. Tout le monde peut envoyer un tel message : ne vous fiez pas à ce qu’il affirme.
bounces-total = { COUNT($count) ->
        [0] Aucun rapport de ce type.
        [one] { $count } rapport est conservé.
       *[other] { $count } rapports sont conservés.
    }
bounces-left-out = { COUNT($count) ->
        [one] { $count } autre a été écarté, car il y en avait trop.
       *[other] { $count } autres ont été écartés, car il y en avait trop.
    }
bounces-column-subject = Objet
bounces-column-sender = Expéditeur
bounces-column-received = Reçu le
bounces-column-mail = À propos de
bounces-no-subject = Sans objet
bounces-mail-known = Un courriel du portail
bounces-mail-unknown = Inconnu
bounces-back = Tous les rapports de remise illisibles
