"""The way of approval: from the application through the stages of ``qingdan.yaml`` to publication."""
