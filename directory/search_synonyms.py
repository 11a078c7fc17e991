"""Words that mean the same to somebody who looks for a service, in French and English.

One line a meaning; folded (no accents), one word each. A word finds what any word of its line
finds. Trades carry the code of their sector, so that a listing found by sector needs no words.
"""

from __future__ import annotations

_LINES = """
menuiserie menuisier carpentry carpenter woodwork ebenisterie ebeniste joinery
maconnerie macon masonry mason
plomberie plombier plumbing plumber
electricite electricien electricity electrician electrical
soudure soudeur welding welder metalwork chaudronnerie metallique
mecanique mecanicien mechanics mechanic garage automobile
couture couturier couturiere tailoring tailor sewing tailleur
coiffure coiffeur coiffeuse hairdressing hairdresser barber
agriculture agricole farming farmer cultivateur maraichage gardening horticulture
elevage eleveur livestock breeding
peche pecheur fishing fisheries
cuisine cuisinier catering cook cooking restauration hotellerie
boucherie boucher butchery butcher
informatique ordinateur computer digital numerique
conduite chauffeur driving driver permis
carrelage carreleur tiling tiler
peinture peintre painting painter
solaire photovoltaique solar
froid climatisation cooling refrigeration
artisanat artisan crafts handicraft
commerce commercant trade trading vente
metier apprentissage apprenticeship vocational professionnel professionnelle tvet
formation training cours course
emploi travail job work employment embauche recrutement
stage internship traineeship
entreprise business entrepreneuriat entrepreneurship startup
credit pret loan microfinance microcredit
epargne savings tontine
ecole school lycee college scolarite
alphabetisation literacy lire
universite university etudes
hopital hospital
clinique clinic dispensaire
sante health medical soins care
medecin docteur doctor physician
medicament medicine pharmacie pharmacy drugs
maternite maternity accouchement pregnancy grossesse enceinte
pediatrie paediatrics pediatrics
psychologue psychologist psychology psychologie
psychiatre psychiatry psychiatrist psychiatrie
depression trauma traumatisme stress
ecoute counselling counseling conseil
avocat lawyer juridique legal droit
passeport passport
acte naissance birth certificate extrait
identite identity
logement housing hebergement shelter accommodation
loyer rent
argent cash money
bourse scholarship grant subvention
aide assistance help support appui soutien
nourriture food alimentation
enfant enfants child children mineur minor
famille family parents
disparu missing
refuge shelter foyer
violence violences abuse maltraitance
traite trafficking
viol rape
femme femmes women woman
jeune jeunes youth young
retour return returnee retournes migrant
accueil reception welcome
orientation guidance referral
handicap disability handicape disabled
"""

SYNONYMS: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.split()) for line in _LINES.strip().splitlines()
)
