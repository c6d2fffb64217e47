"""The rings of the lexicon: on each line words that newsrooms tell one statistic with.

Nothing but words stands here; what they are for, and what reads them, is in lexicon.py.
"""

from __future__ import annotations

RINGS = """
burned burnt destroyed consumed scorched charred razed ravaged devastated
destroyed razed flattened demolished
damaged affected hit
fire wildfire blaze bushfire
forest woodland rainforest woods jungle
deforestation deforested felled cleared logged lost clear-cut clearance
pay payment paid bill
pediatric paediatric child
passed adopted enacted approved
caused attributed linked blamed due related
crossed passed transited through
brewed produced production output
ate eaten eating consumption consumed
dropout quit abandoned leaver
throughput handled traffic turnover
ticket fine fined penalised
threat threatened threats
won paid winner jackpot
rescued saved
trained training apprenticeship
apprentice trainee
lawyer solicitor attorney
prosecuted charged trial
sentenced convicted jailed imprisoned
homicide murder murdered
assaulted assault attack attacked
harassed harassment
bullied bullying
kidnapped abducted abduction kidnapping
trafficked trafficking
adopted rehomed
sheltered shelter
slaughtered slaughter
milked dairy
sown planted
watered irrigated irrigation
insured insurance cover
subsidised subsidy subsidised
built erected put
commissioned opened
decommissioned retired closed
drilled bored sunk
landed catch caught
flooded flood inundated
collapsed fell
derailed derailment
grounded aground
capsized sank
hijacked pirate piracy attack
licensed licence permit
certified certificate certification
audited audit
tested test screened screening
treated treatment
prescribed prescription dispensed
transplanted transplant
discharged discharge
readmitted readmission
amputated amputation
fostered foster
evaded evasion dodged
donated donation raised
streamed stream listened
downloaded download
published released issued
screened shown
performed staged
enrolled admitted registered
commuted commuter
parked parking
towed impounded
speeding speed
drink-driving drunk-driving
recycling recycled
composted compost
emptied empty vacant
inhabited occupied
mortgaged mortgage
repossessed repossession foreclosure
auctioned auction sold
privatised privatisation
nationalised nationalisation
hired recruit taken employed
furloughed furlough
underpaid minimum
immigrant migrant
expatriate emigrant
asylum protection
monkeypox mpox
flu influenza
lab laboratory
earned revenue income takings turnover
vacant empty unoccupied unfilled
coast sea offshore shore beach
stranded beached washed
sunshine sun sunny
dodger dodging dodged evasion
hosted sheltered housed accommodated
heat hot warm
deficit shortfall gap
lorry truck hgv
visitor caller
staff personnel workforce worker
bred reared raised
donated gave given
worth value valued
debt liability borrowing
loan credit
hostel shelter refuge
stock inventory reserve
reserve holding
premium contribution
ban banned prohibited forbidden
recalled recall withdrawn
breach violation infringement offence
notified reported notification
outage blackout
allotment garden
kindergarten preschool nursery
vaccinated immunised
obese obesity
dementia alzheimer
caesarean section
organ transplant donor
loaned lent borrowed
wagered bet gambled gambling betting
price paid cost
expelled expulsion excluded exclusion
attended responded tackled fought handled called
brigade crew firefighter
freed released let
mistake mistaken error accident wrongly accidental
open pending outstanding backlog unresolved
exhibition display
lost disappeared vanished melted died
harvest production produced output
surveyed polled asked
stopped searched frisked
inhabited lived
drowned drowning
exam examination test
planted replanted reforested afforested
died death deceased killed killing fatality perished drowned slain toll casualty
poached poaching killed killing hunted
murdered murder killed killing slain
homicide killing
shot shooting gunfire
injured wounded hurt casualty
arrested arrest detained apprehended apprehension nabbed custody
detained detention imprisoned prisoner inmate prison incarcerated custody detainee
prison penitentiary
deported deportation removed removal expelled expulsion returned
charged charge indicted indictment
convicted conviction
stolen theft stole robbed
burgled burglary
stabbing stabbed knife
smuggled smuggling trafficked trafficking
seized seizure confiscated impounded intercepted
fraud scam swindle
crime offence offense
officer policeman
wage pay paid salary earnings earn remuneration
income earnings
job post position role
worker employee staff labourer
work job employed working
pending backlog waiting outstanding unresolved queue
ticket admission visitor attendance attended
produced production mined pumped
illiterate illiteracy
read reading literate literacy
arson arsonist
squatter squatted
polluted pollution contaminated contamination
drought dry
heat hot
landslide mudslide
drug narcotic
cannabis marijuana
gun firearm weapon
knife blade
surgery procedure
clinic practice
ambulance paramedic
midwife maternity
care caring carer
childcare nursery kindergarten creche
scholarship grant bursary
fee tuition
degree diploma
classroom class
tutor teacher
researcher scientist
study paper
inhabitant resident population
village hamlet
city town municipality
neighbourhood district
pavement sidewalk
lorry truck
petrol gasoline fuel
diesel fuel
bus coach
ferry boat
harbour port
airport airfield
freight cargo goods
container box
parcel package shipment
mail letter
dairy milk
beef meat
pork pig
poultry chicken
grain cereal
vineyard wine
orchard fruit
pesticide herbicide
fertiliser fertilizer
bee hive
coral reef
turtle tortoise
whale cetacean
tariff duty
subsidy grant aid
budget spending
donation gift
inheritance estate
bond debt
share stock
dividend payout
merger takeover
trademark brand
app software
phone smartphone mobile
robot machine
satellite spacecraft
rocket launch launched
stadium arena
goal scored
medal won
athlete competitor
runner participant finisher started
festival event
concert gig
film movie
novel book
newspaper title
viewer audience watched
listener audience
follower subscriber
worker employee staff workforce
workplace work job occupational
hired recruited employed
layoff redundancy sacked dismissed
quit left leaving leave departed departure resigned resignation exited
joined entered recruited hired
strike stoppage walkout
retired retirement pensioner
unemployed unemployment jobless
company business firm enterprise corporate corporation
bankrupt bankruptcy insolvent insolvency
founded established started startup incorporated
associated linked related attributed connected blamed due
closed shut closure closing shuttered shutdown
opened opening inaugurated launched
sold sale bought purchase purchased buy sell buyer
shop store outlet retailer
cost price
cost loss lost
rent rental lease
tenant tenancy renter
risk threatened endangered
murdered killed
response respond
strand stranding
home house dwelling housing unit flat apartment
built build completed completion constructed construction finished
approved approval granted authorised authorized issued permit
refused refusal rejected denied declined turned
received lodged filed submitted made got registered turned brought obtained
complaint grievance
applied application applicant claim sought seeker
asylum refugee
claim application request
request inquiry enquiry query
call phone helpline hotline
resolved settled handled processed dealt
visited visitor visit arrival arrived guest tourist holidaymaker welcomed hosted came attracted drew
visitor visit attendance attended
attended attendance attendee spectator audience came watched drew crowd
match game fixture
first-time first new
walked march
tourist traveller holidaymaker visitor
foreign abroad overseas international
passenger traveller rider commuter flier flyer
passenger carried transported flew travelled boarded used ride journey trip
journey trip ride
crossed crossing arrived arrival
boat vessel dinghy
ship vessel
plane aircraft airliner
flight departure
cancelled cancellation scrapped axed
delayed delay late
car vehicle automobile auto
bicycle bike cycle
cyclist biker
road highway motorway street
crash accident collision
accident incident
train rail railway
infected infection case ill sick contracted caught patient diagnosed diagnosis
ill sick sickened poisoned fell
bred breeding nested nest nesting
filed filing lodged
filing case
executed execution
diagnosed diagnosis case
hospitalised hospital admitted
vaccinated vaccination inoculated immunised jab shot dose
vaccinated jab dose shot
doctor physician medic
nurse nursing
surgery operation operated
abortion termination pregnancy
birth born newborn baby delivered
birth child born
married marriage wedding wed
divorced divorce
adopted adoption
child minor kid youngster
pupil student schoolchild
student undergraduate
teacher educator
certificate qualification diploma
graduated graduation degree
enrolled enrolment registered attended attending
absent absence truant missed
dropout left quit abandoned
book title
borrowed loan lent lending borrower
published publication
ticket entry
museum gallery
member membership
joined subscribed subscriber
subscriber subscription
donor donated donation gave given giving
parcel package
distributed handed provided supplied delivered given issued dispensed
meal lunch
hungry hunger undernourished undernourishment malnourished
poor poverty
homeless homelessness roofless
sleep sleeping sleeper slept
displaced displacement uprooted
evacuated evacuation
fled flee refugee
emigrated emigration left emigrant
immigrated immigration immigrant arrived settled moved
naturalised naturalisation citizenship naturalized naturalization
voted vote voter ballot turnout
elected election won
seat lawmaker deputy
emitted emission released discharge
produced production output made manufactured assembled
generated generation produced production output
power electricity
energy electricity power
capacity power
installed installation added fitted
solar photovoltaic
consumed consumption used usage use
extracted extraction mined mining pumped
exported export shipped shipment
imported import
harvested harvest crop picked reaped gathered grown brought
fish catch caught landed landing
cattle cow
culled slaughtered culling slaughter killed
recycled recycling
waste rubbish garbage trash refuse litter
collected collection gathered
dumped discarded thrown
leak leakage
water drinking tap
rain rainfall precipitation
snow snowfall
temperature warm
ice glacier
flood flooding
quake earthquake tremor
storm hurricane cyclone typhoon
endangered threatened
nesting breeding
spotted sighted sighting observed seen
bridge viaduct
broken defective faulty
repaired fixed restored renovated
inspected inspection checked
dam reservoir
patent invention
spent spending expenditure outlay paid
tax levy duty
fined fine penalty
aid assistance relief
debt owed
profit earnings
revenue turnover sales takings income
loan lending lent mortgage
policy key cash benchmark base interest reserve
bank lender
investor shareholder
internet online broadband web
hacked hacking cyberattack breach
attack assault
attacked attack raid
bomb bombing explosion blast
mine landmine
soldier troop serviceman
missing vanished disappeared
found located recovered traced
rescued rescue saved
volunteer volunteering
protest demonstration rally
protester demonstrator
journalist reporter
imprisoned jailed
blood plasma
donated donation gave
transplant transplanted
smoked smoker smoking
drunk drunken alcohol drink
obese obesity
overweight obese
disabled disability
citizen national resident
household home family
parliament legislature
minister cabinet
law legislation act
bill law
judge justice
court tribunal
lawsuit suit case action
case trial
tree sapling
square area land
farm holding
"""
