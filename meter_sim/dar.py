"""What a meter gives as data-access-result and action-result (IEC 62056-5-3)."""

OK = 0
TEMPORARY_FAILURE = 2
DENIED = 3  # read-write-denied
UNDEFINED = 4  # object-undefined
CLASS_INCONSISTENT = 9
TYPE_UNMATCHED = 12
SCOPE_VIOLATED = 13  # scope-of-access-violated
NO_BLOCK = 14  # data-block-unavailable
NO_LONG_GET = 16  # no-long-get-in-progress
WRONG_BLOCK = 19  # data-block-number-invalid
OTHER_REASON = 250
