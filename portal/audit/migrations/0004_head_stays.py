from django.db import migrations

STAY = """
CREATE TRIGGER audit_audithead_stays BEFORE DELETE ON audit_audithead
    FOR EACH ROW EXECUTE FUNCTION concordat_refuse_change();
CREATE TRIGGER audit_audithead_no_truncate BEFORE TRUNCATE ON audit_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION concordat_refuse_change();
"""
LEAVE = """
DROP TRIGGER audit_audithead_stays ON audit_audithead;
DROP TRIGGER audit_audithead_no_truncate ON audit_audithead;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_head")]
    operations = [migrations.RunSQL(STAY, LEAVE)]
