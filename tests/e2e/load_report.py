"""What a load of logins came to."""

import statistics


def tell(name, outcomes, wanted):
    """Prints one line, and returns whether all logins ended as they should."""
    right = [one for one in outcomes if (one.code == 0 and one.stdout == "alice\n") == wanted]
    seconds = statistics.quantiles([one.seconds for one in outcomes], n=100)
    times = ", ".join(f"p{percent} {seconds[percent - 1]:.2f} s" for percent in (50, 90, 99))
    print(f"load: {len(outcomes)} {name}, {len(right)} {'in' if wanted else 'out'}; {times}")
    for one in outcomes:
        if one not in right:
            print(f"load: WRONG: {one}")
    return len(right) == len(outcomes)
