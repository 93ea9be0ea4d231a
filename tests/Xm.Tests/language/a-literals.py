# Level A: what all stock examples are made of.
kernel = "/boot/vmlinuz-2.6.10-xenU"
memory=64
name   =    'Example()[]:,#='   # trailing
disk = [ 'phy:hda1,hda1,w' ]
disk2 = [ 'file:/a.img,hda,w', ',hdc:cdrom,r',

          # between
          '' ]
vif = [ '' ]
empty = ""
extra = "4"
nested = [[1, 'a'], [], [[2]]]
  # an indented comment
acpi = True
nothing = None
