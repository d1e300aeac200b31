from store import cache, load

users = load("users.json")
orders = load("orders.json")
year = max(order.year for order in orders)
prices = load(f"prices-{year}.json")
total = sum(prices[order.item] for order in orders)

print(f"{len(users)} users, {total} in {year}")
regions = load("regions.json")
