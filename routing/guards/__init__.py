"""What must be true for a step of a referral, one function each.

A guard takes ``ReferralFacts`` and returns nothing when it holds, else the sentence that says what
is missing. Its docstring is the guard in words; it is printed in the manual. To add one: write the
function in the module of its phase and name it in its line of ``routing.referral_life``.
"""
