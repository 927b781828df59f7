from django.db import migrations

from portal.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [append_only("registry_decision"), append_only("registry_decisionline")]
