"""The clocks that run on a day: applications owed, stages of approval, publications, delegations and certificates."""
