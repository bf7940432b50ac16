from django.urls import path

from .views import checking, paper, results, rounds, setup

app_name = "appraisals"
urlpatterns = [
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", setup.new, name="new"),
    path("rounds/<code:code>/", rounds.round_page, name="round"),
    path("rounds/<code:code>/setup/<slug:section>/", setup.setup, name="setup"),
    path("rounds/<code:code>/frame/", setup.frame, name="frame"),
    path("rounds/<code:code>/fix/", setup.fix, name="fix"),
    path("rounds/<code:code>/unfix/", setup.unfix, name="unfix"),
    path("rounds/<code:code>/discard/", setup.discard, name="discard"),
    path("rounds/<code:code>/rules.json", setup.rules_file, name="rules"),
    path("rounds/<code:code>/announcement.json", rounds.announcement, name="announcement"),
    path("rounds/<code:code>/draw/", rounds.draw, name="draw"),
    path("rounds/<code:code>/announce/", rounds.announce, name="announce"),
    path("rounds/<code:code>/prints/destroy/", rounds.destroy_prints, name="destroy_prints"),
    path("rounds/<code:code>/prints/<str:name>/", rounds.printed, name="printed"),
    path("rounds/<code:code>/close/", rounds.close, name="close"),
    path("rounds/<code:code>/count/", rounds.count, name="count"),
    path("rounds/<code:code>/publish/", rounds.publish, name="publish"),
    path("rounds/<code:code>/withdraw/", rounds.withdraw, name="withdraw"),
    path("rounds/<code:code>/result/", results.result, name="result"),
    path("rounds/<code:code>/result/<slug:kind>/", results.result_file, name="result_file"),
    path("rounds/<code:code>/of/<code:appraisee>/", results.appraisee, name="appraisee"),
    path("rounds/<code:code>/batches/", checking.batches, name="batches"),
    path("rounds/<code:code>/batches/set-aside/", checking.set_aside, name="set_aside"),
    path("rounds/<code:code>/batches/drill/", checking.drill, name="drill"),
    path("rounds/<code:code>/remarks/", checking.remarks, name="remarks"),
    path("rounds/<code:code>/readers/", checking.readers, name="readers"),
    path("rounds/<code:code>/paper/", paper.sheets, name="paper"),
    path("rounds/<code:code>/paper/differences/", paper.differences, name="paper_differences"),
    path("rounds/<code:code>/paper/reconcile/", paper.reconcile, name="paper_reconcile"),
    path("rounds/<code:code>/spares/", paper.spares, name="spares"),
    path("rounds/<code:code>/signatures/", paper.signatures, name="signatures"),
    path("rounds/<code:code>/method/", rounds.method, name="method"),
]
