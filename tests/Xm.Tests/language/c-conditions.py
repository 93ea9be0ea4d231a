# Level C: import, conditions, if and else, sums of strings.
import os, re
import os.path as p
from os.path import join, basename as base
arch = 'x86_64'
if os.name == 'posix' and re.search('64', arch):
    arch_libdir = 'lib64'
else:
    arch_libdir = 'lib'
kernel = "/usr/" + arch_libdir + "/xen/boot/hvmloader"
device_model = '/usr/' + arch_libdir + '/xen/bin/qemu-dm'
j = join('/etc', 'xen', 'a.cfg'); j2 = join('a/', '/b'); j3 = join('', 'x'); j4 = p.join('a', '')
b = base(j); d = p.dirname(j); d2 = p.dirname('/x'); d3 = p.dirname('x'); s = p.split('/a/b/c'); x = p.splitext('/a.b/c.tar.gz'); x2 = p.splitext('/a/.bashrc')
n = p.normpath('/a//b/../c/./d'); n2 = p.normpath('../../x/..'); n3 = p.normpath(''); a = p.isabs('/x'), p.isabs('x')
c = p.commonprefix(['/usr/lib', '/usr/local'])
if 1 > 2: k = 1
elif 2 > 2: k = 2
else: k = 3
pick = 'yes' if arch_libdir == 'lib64' else 'no'
chain = 1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 != 1
logic = (not 1, 0 or 'x', 1 and 'y', '' and 1, [] or {} or 0)
memb = 'a' in 'cat', 1 in [1], 'k' in {'k': 1}, 3 not in (1, 2), '' in 'x'
ident = None is None, 1 is not None
