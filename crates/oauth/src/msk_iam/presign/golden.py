#!/usr/bin/env python3
"""Makes golden.tsv with AWS's own signer, of fixed credentials and at a fixed time.

    python3 -m venv v && v/bin/pip install aws-msk-iam-sasl-signer-python==1.0.2
    v/bin/python golden.py > golden.tsv

The keys are the examples of AWS's documentation and open nothing. Of the signer nothing is changed but the clock that
botocore reads, and the credentials are handed to its public function.
"""

import datetime

import botocore.auth
from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
from botocore.credentials import CredentialProvider, Credentials

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SESSION = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwth"
    "Ax7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAk"
    "iY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)


class Fixed(CredentialProvider):
    METHOD = CANONICAL_NAME = "fixed"

    def __init__(self, session):
        self.session = session

    def load(self):
        return Credentials(KEY, SECRET, self.session)


moment = datetime.datetime(2026, 1, 31, 8, 0, 0)
botocore.auth.get_current_datetime = lambda remove_tzinfo=True: moment
print("region", "session token", "expires at (ms)", "token", sep="\t")
for region, session in [("eu-central-1", None), ("us-west-2", SESSION), ("cn-north-1", None), ("us-gov-west-1", SESSION)]:
    token, expires = MSKAuthTokenProvider.generate_auth_token_from_credentials_provider(region, Fixed(session))
    print(region, session or "", expires, token, sep="\t")
