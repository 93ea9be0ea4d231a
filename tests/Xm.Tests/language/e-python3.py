# by: python3
# What Python 3 spells differently.
import sys
print('to stdout', 1)
a = [0o755, 7 // 2, 7 % 3, 'x' 'y']
name = 'web'; number = 7; pi = 3.14159
b = [f'{name}', f'{name}-{number:03d}', f'{pi:.2f}', f'{name!r}', f'{{x}}', f'{number + 1}', f"{'a' + name}", f'{name:>5}|{name:<5}|', rf'\n{number}', 'a' f'{number}' 'b', f'{ {"k": 1}["k"] }', f'{number:{number}}', f'{name.upper()}', f'{[1, 2][0]}']
try:
    int('x')
except ValueError as e:
    c = str(e)
def counter():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    step()
    return step()
d = counter()
try:
    raise ValueError('new') from None
except (ValueError, KeyError) as e:
    f = str(e)
g = {x: y for x, y in zip('ab', [1, 2])}
h = sorted([3, 1, 2], key=lambda v: -v)
